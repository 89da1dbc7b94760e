'use strict';
// What Go modules are like elsewhere, and what a machine may lack: each is a story of its own.
const test = require('node:test');
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { inPlace } = require('./lib/paths');
const { skip } = require('./lib/go');
const { makeModule, go, forget, optimize } = require('./lib/go-scene');

const limit = { timeout: 300_000, skip };

function configure(place, change) {
  const file = place.at('ci-optimizer.yml');
  fs.writeFileSync(file, change(fs.readFileSync(file, 'utf8')));
}

// A first job seeds, a second on another machine restores.
async function seedsAndRestores(place) {
  const cold = await optimize(place);
  assert.deepEqual(cold.go.binary.states, ['missing', 'seeded']);
  forget(place);
  const warm = await optimize(place);
  assert.deepEqual(warm.go.binary.states, ['restored']);
  return { cold, warm };
}

test('a module without go.sum builds, and a go.sum that is missing is the build’s own error', limit, () => inPlace(async (place) => {
  makeModule(place);
  const sum = fs.readFileSync(place.at('go.sum'));
  fs.rmSync(place.at('go.sum'));
  const lacking = await optimize(place, { code: 3 });
  assert.match(lacking.problems.map(({ message }) => message).join(), /missing go\.sum entry/);
  fs.writeFileSync(place.at('go.sum'), sum);
  // One that needs no module has no go.sum.
  place.write('main.go', 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("tool version 1") }\n');
  place.write('go.mod', 'module example.test/tool\n\ngo 1.19\n');
  fs.rmSync(place.at('go.sum'));
  const { cold } = await seedsAndRestores(place);
  assert.match(cold.cache('go-modules').reason, /not saved: /);
}));

test('a vendored module downloads nothing and has no module cache', limit, () => inPlace(async (place) => {
  makeModule(place);
  go(place, 'mod', 'vendor');
  forget(place);
  const { cold } = await seedsAndRestores(place);
  assert.equal(cold.cache('go-modules').outcome, 'skipped');
  assert.match(cold.cache('go-modules').reason, /vendored/);
  assert.ok(!fs.existsSync(path.join(place.home, 'go/pkg/mod/golang.org')));
  fs.appendFileSync(place.at('vendor/example.test/word/word.go'), '\n// changed\n');
  forget(place);
  assert.match((await optimize(place)).go.binary.reason, /vendor\/example\.test\/word\/word\.go changed/);
}));

test('of a workspace every module counts', limit, () => inPlace(async (place) => {
  makeModule(place);
  place.write('lib/go.mod', 'module example.test/word\n\ngo 1.19\n');
  place.write('lib/word.go', 'package word\n\nfunc Word() string { return "workspace" }\n');
  go(place, 'work', 'init', '.', './lib');
  forget(place);
  const { cold } = await seedsAndRestores(place);
  assert.match(execFileSync(place.at('bin/tool'), ['--version'], { encoding: 'utf8' }), /workspace/);
  assert.equal(cold.cache('go-build').outcome, 'miss');
  fs.appendFileSync(place.at('lib/word.go'), '\n// changed\n');
  forget(place);
  assert.match((await optimize(place)).go.binary.reason, /lib\/word\.go changed/);
}));

test('without Go a job that wants a binary ends with 4, and one that wants caches goes on', limit, () => inPlace(async (place) => {
  makeModule(place);
  const folder = path.join(place.folder, 'no-go');
  fs.mkdirSync(folder);
  for (const name of ['sh', 'sleep', 'true']) fs.symlinkSync(`/bin/${name}`, path.join(folder, name));
  place.environment.PATH = folder;
  const lacking = await optimize(place, { code: 4 });
  assert.match(lacking.problems[0].message, /cannot restore or build bin\/tool: no Go toolchain/);
  assert.match(lacking.problems[0].hint, /install Go/);
  assert.deepEqual(lacking.go.binary.states, ['missing']);
  configure(place, (text) => text.replace(/ {2}binary:[^]*/, '  module: .\n'));
  const caches = await optimize(place);
  assert.equal(caches.problems[0].level, 'warning');
  assert.deepEqual(caches.caches.map(({ outcome }) => outcome), ['skipped', 'skipped']);
}));

test('where there is no go.mod the message says so, with exit code 65', limit, () => inPlace(async (place) => {
  makeModule(place);
  fs.rmSync(place.at('go.mod'));
  const lacking = await optimize(place, { code: 65 });
  assert.match(lacking.problems[0].message, /there is no go\.mod/);
}));

test('with cgo the C sources count', limit, () => inPlace(async (place) => {
  makeModule(place);
  place.environment.CGO_ENABLED = '1';
  place.write('answer.c', 'int answer(void) { return 42; }\n');
  place.write('answer.go', 'package main\n\n// int answer(void);\nimport "C"\n\nvar answer = C.answer()\n');
  forget(place);
  await seedsAndRestores(place);
  place.write('answer.c', 'int answer(void) { return 43; }\n');
  forget(place);
  const changed = await optimize(place);
  assert.match(changed.go.binary.reason, /answer\.c changed/);
  assert.equal(changed.cache('go-build').outcome, 'prefix');
}));

test('a read-only module cache is restored over itself, and -trimpath keeps caches of its own', limit, () => inPlace(async (place) => {
  makeModule(place, { more: '  restore: always\n  modules: always\n' });
  await optimize(place);
  const folder = path.join(place.home, 'go/pkg/mod/golang.org/x/text@v0.7.0');
  assert.equal(fs.statSync(folder).mode & 0o222, 0, 'read-only, as the go command leaves it');
  const again = await optimize(place);
  assert.equal(again.cache('go-modules').outcome, 'exact');
  assert.equal(fs.statSync(folder).mode & 0o222, 0);
  forget(place);
  place.environment.GOFLAGS = '-trimpath';
  const trimmed = await optimize(place);
  assert.match(trimmed.go.binary.reason, /GOFLAGS/);
  assert.equal(trimmed.cache('go-modules').outcome, 'exact');
  assert.equal(trimmed.cache('go-build').outcome, 'prefix');
  assert.match(trimmed.cache('go-build').reason, /GOFLAGS/);
}));

test('a build tag is told, and a workspace that is a link has the same keys', limit, () => inPlace(async (place) => {
  makeModule(place);
  const cold = await optimize(place);
  forget(place);
  const link = path.join(place.folder, 'link');
  fs.symlinkSync(place.workspace, link);
  const workspace = place.workspace;
  place.workspace = link;
  const linked = await optimize(place);
  assert.equal(linked.go.binary.key, cold.go.binary.key);
  assert.equal(linked.cache('binary').outcome, 'exact');
  place.workspace = workspace;
  forget(place);
  configure(place, (text) => text.replace('go build', 'go build -tags extra') + '  tags: [extra]\n');
  const tagged = await optimize(place);
  assert.deepEqual(tagged.go.binary.states, ['missing', 'updated']);
  assert.match(tagged.go.binary.reason, /tags/);
}));

test('another toolchain begins anew and says so', limit, () => inPlace(async (place) => {
  makeModule(place);
  await optimize(place);
  forget(place);
  const real = execFileSync('sh', ['-c', 'command -v go'], { encoding: 'utf8' }).trim();
  const version = go(place, 'env', 'GOVERSION').trim();
  const folder = path.join(place.folder, 'other-go');
  fs.mkdirSync(folder);
  fs.writeFileSync(path.join(folder, 'go'), `#!/bin/sh\n[ "$1 $2" = "env -json" ] || exec ${real} "$@"\n${real} "$@" | sed 's/"${version}"/"${version}.1"/'\n`, { mode: 0o755 });
  place.environment.PATH = `${folder}:${process.env.PATH}`;
  const other = await optimize(place);
  assert.equal(other.go.toolchain, `${version}.1`);
  assert.match(other.go.binary.reason, /toolchain/);
  assert.deepEqual(other.caches.map(({ outcome }) => outcome), ['miss', 'miss', 'miss']);
}));

test('a job whose needed job has failed is skipped, and says why', limit, () => inPlace(async (place) => {
  makeModule(place);
  place.environment.INPUT_NEEDS = JSON.stringify({ build: { result: 'failure', outputs: { reason: 'undefined: x' } }, lint: { result: 'success', outputs: {} } });
  const record = await optimize(place);
  assert.equal(record.status, 'skipped');
  assert.equal(record.artifact_required, true);
  assert.deepEqual(record.needs.map(({ job, result }) => [job, result]), [['build', 'failure'], ['lint', 'success']]);
  assert.match(record.log, /skipped: the job build ended with failure: undefined: x/);
  assert.equal(record.go, undefined);
  assert.ok(!fs.existsSync(place.at('bin/tool')));
}));

test('without a store, or with cache: read, it is built and tested and nothing is saved', limit, () => inPlace(async (place) => {
  makeModule(place);
  const off = await optimize(place, { args: ['--cache', 'off'] });
  assert.deepEqual(off.go.binary.states, ['missing']);
  assert.match(off.go.binary.reason, /no cache store/);
  assert.equal(off.smoke[0].status, 'passed');
  const read = await optimize(place, { args: ['--cache', 'read'] });
  assert.match(read.go.binary.reason, /only restored here/);
  assert.ok(!fs.existsSync(path.join(place.folder, 'store')));
}));

test('a pull request restores the build cache of the default branch and does not save its own', limit, () => inPlace(async (place) => {
  makeModule(place);
  const event = path.join(place.folder, 'event.json');
  fs.writeFileSync(event, JSON.stringify({ repository: { default_branch: 'main' } }));
  Object.assign(place.environment, { GITHUB_ACTIONS: 'true', GITHUB_EVENT_PATH: event, GITHUB_REF: 'refs/pull/7/merge' });
  const request = await optimize(place);
  assert.match(request.cache('go-build').reason, /not saved: only jobs of main save it/);
  assert.ok(request.cache('binary').save_seconds > 0, 'the binary is for the jobs of this run');
  forget(place);
  place.environment.GITHUB_REF = 'refs/heads/main';
  fs.appendFileSync(place.at('main.go'), '\n// changed\n');
  const main = await optimize(place);
  assert.ok(main.cache('go-build').save_seconds > 0);
}));
