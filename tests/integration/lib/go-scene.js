'use strict';
// A job that builds a Go module, on a machine that can be forgotten.
const assert = require('node:assert/strict');
const { execFileSync, spawn, spawnSync } = require('node:child_process');
const { randomBytes } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { publish, publishDebian, goEnvironment } = require('./go');
const { binary } = require('./paths');

const mainGo = (text) => `package main

import (
	"fmt"
	"os"

	"example.test/word"
	"golang.org/x/text/language"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "--version" {
		fmt.Println("tool version", word.Word(), language.German, "${text}")
		return
	}
	fmt.Println("hello")
}
`;

const wordGo = (text) => `package word\n\nfunc Word() string { return "${text}" }\n`;

// What `go mod tidy` makes of the module below, which takes a second: [name, text] pairs.
let tidied;

// A module in the workspace that needs one of Debian's and one of our own.
function makeModule(place, { binary = true, more = '' } = {}) {
  const proxy = path.join(place.folder, 'proxy');
  publishDebian(proxy, 'golang.org/x/text', 'v0.7.0');
  for (const version of ['v1.0.0', 'v1.1.0'])
    publish(proxy, 'example.test/word', version, [['go.mod', 'module example.test/word\n\ngo 1.17\n'], ['word.go', wordGo(version)]]);
  Object.assign(place.environment, goEnvironment(proxy, place.home));
  place.patience = 240_000; // it compiles
  place.write('go.mod', 'module example.test/tool\n\ngo 1.19\n\nrequire (\n\texample.test/word v1.0.0\n\tgolang.org/x/text v0.7.0\n)\n');
  place.write('main.go', mainGo('one'));
  place.write('main_test.go', 'package main\n\nimport (\n\t"os"\n\t"testing"\n)\n\nfunc TestData(t *testing.T) {\n\tif _, err := os.ReadFile("testdata/in.txt"); err != nil {\n\t\tt.Fatal(err)\n\t}\n}\n');
  place.write('testdata/in.txt', 'in\n');
  if (tidied) for (const [name, text] of tidied) place.write(name, text);
  else go(place, 'mod', 'tidy');
  tidied ??= ['go.mod', 'go.sum'].map((name) => [name, fs.readFileSync(place.at(name), 'utf8')]);
  const section = binary ? '  binary:\n    path: bin/tool\n    build: go build -o bin/tool .\n    smoke:\n      - { run: ./bin/tool --version, matches: "^tool version" }\n' : '  module: .\n';
  place.write('ci-optimizer.yml', `cache: { store: "${place.store}" }\nhistory: { store: "file:${place.folder}/history" }\ngo:\n  file-times: contents\n${section}${more}`);
  forget(place);
}

// Makes the module use a package whose outcome has so many bytes, which do not compress; called again, others.
function addPackage(place, bytes) {
  place.write('big/big.go', 'package big\n\nimport _ "embed"\n\n//go:embed data\nvar Data []byte\n');
  place.write('big/data', randomBytes(bytes));
  place.write('uses.go', 'package main\n\nimport _ "example.test/tool/big"\n');
}

function go(place, ...args) {
  const result = spawnSync('go', args, { cwd: place.workspace, env: { PATH: process.env.PATH, ...place.environment, HOME: place.home }, encoding: 'utf8', timeout: 120_000 });
  assert.equal(result.status, 0, result.stderr);
  return result.stdout + result.stderr;
}

// Makes the machine a new one: the workspace stays, as after a checkout, with new times.
function forget(place) {
  if (fs.existsSync(path.join(place.home, 'go'))) execFileSync('chmod', ['-R', 'u+w', path.join(place.home, 'go')]);
  for (const name of ['go', '.cache']) fs.rmSync(path.join(place.home, name), { recursive: true, force: true });
  fs.rmSync(place.at('bin'), { recursive: true, force: true });
  const now = new Date();
  for (const name of ['go.mod', 'go.sum', 'main.go', 'main_test.go', 'testdata/in.txt', 'testdata', '.']) {
    if (fs.existsSync(place.at(name))) fs.utimesSync(place.at(name), now, now);
  }
}

async function optimize(place, { code = 0, args = [] } = {}) {
  const result = await place.run('optimize', '--json', ...args);
  assert.equal(result.code, code, result.stdout + result.stderr);
  const record = JSON.parse(result.stdout);
  record.cache = (name) => record.caches.find((cache) => cache.name === name);
  record.log = result.stderr;
  return record;
}

// Runs `count` jobs of one matrix at once, each on a machine of its own, which must end with one of `codes`; returns their records.
function matrix(place, count, codes = [0]) {
  return Promise.all(Array.from({ length: count }, async (_, i) => {
    const workspace = path.join(place.folder, `job${i}`);
    fs.cpSync(place.workspace, workspace, { recursive: true });
    const env = { PATH: process.env.PATH, GITHUB_RUN_ID: '7', GITHUB_RUN_ATTEMPT: '1', GITHUB_JOB: 'system-test', ...place.environment, HOME: path.join(place.folder, `home${i}`), GITHUB_WORKSPACE: workspace };
    fs.mkdirSync(env.HOME);
    const child = spawn(binary, ['optimize', '--json'], { cwd: workspace, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const timer = setTimeout(() => child.kill('SIGKILL'), 200_000);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => { stdout += chunk; });
    child.stderr.on('data', (chunk) => { stderr += chunk; });
    const code = await new Promise((resolve) => child.on('close', resolve));
    clearTimeout(timer);
    assert.ok(codes.includes(code), stderr);
    return JSON.parse(stdout);
  }));
}

// Runs eight jobs of one matrix, of which one must build the binary and the others restore it; returns their records.
async function matrixThatCompilesOnce(place) {
  const counted = path.join(place.folder, 'compiles');
  place.write('ci-optimizer.yml', fs.readFileSync(place.at('ci-optimizer.yml'), 'utf8').replace('go build -o', `echo built >>${counted} && sleep 1 && go build -o`));
  const jobs = await matrix(place, 8);
  assert.equal(fs.readFileSync(counted, 'utf8'), 'built\n');
  assert.equal(jobs.filter(({ go: { binary: one } }) => one.states.join() === 'missing,seeded').length, 1);
  assert.equal(jobs.filter(({ go: { binary: one } }) => one.states.join() === 'missing,restored').length, 7);
  assert.ok(jobs.every(({ smoke: [outcome] }) => outcome.status === 'passed'));
  return jobs;
}

module.exports = { mainGo, makeModule, addPackage, go, forget, optimize, matrix, matrixThatCompilesOnce };
