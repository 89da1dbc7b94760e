'use strict';
// Go's own repository as the module of a job: its commands are the module cmd, below the standard library's module std.
const test = require('node:test');
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { inPlace } = require('./lib/paths');
const { goEnvironment, skip: noGo } = require('./lib/go');
const { forget, optimize } = require('./lib/go-scene');

const goroot = noGo ? '' : execFileSync('go', ['env', 'GOROOT'], { encoding: 'utf8' }).trim();
const skip = noGo || (!fs.existsSync(path.join(goroot, 'src/cmd/gofmt')) && 'the sources of Go are not here (golang-src)');

test('a command of Go’s own tree is built once, and the standard library’s sources count', { timeout: 300_000, skip }, () => inPlace(async (place) => {
  fs.cpSync(fs.realpathSync(path.join(goroot, 'src')), place.at('src'), { recursive: true });
  for (const name of ['pkg', 'VERSION']) fs.symlinkSync(path.join(goroot, name), place.at(name));
  place.patience = 240_000;
  Object.assign(place.environment, goEnvironment(path.join(place.folder, 'no-proxy'), place.home), { GOROOT: place.workspace });
  place.write('ci-optimizer.yml', `cache: { store: "${place.store}" }\nhistory: { store: "file:${place.folder}/history" }\ngo:\n  module: src/cmd\n  binary:\n    path: ../../bin-of-the-tree/gofmt\n    build: go build -o ../../bin-of-the-tree/gofmt ./gofmt\n    smoke:\n      - { run: "echo 'package  x' | ../../bin-of-the-tree/gofmt", matches: "^package x$" }\n`);
  const forgetAll = () => {
    forget(place);
    fs.rmSync(place.at('bin-of-the-tree'), { recursive: true, force: true });
  };
  const cold = await optimize(place);
  assert.deepEqual(cold.go.binary.states, ['missing', 'seeded']);
  assert.match(cold.cache('go-modules').reason, /vendored/);
  assert.ok(cold.cache('go-build').save_seconds > 0);
  forgetAll();
  const warm = await optimize(place);
  assert.deepEqual(warm.go.binary.states, ['restored']);
  fs.appendFileSync(place.at('src/cmd/gofmt/simplify.go'), '\n// changed\n');
  forgetAll();
  const command = await optimize(place);
  assert.match(command.go.binary.reason, /gofmt\/simplify\.go changed/);
  assert.equal(command.cache('go-build').outcome, 'prefix');
  fs.appendFileSync(place.at('src/go/printer/printer.go'), '\nvar changed = true\n');
  forgetAll();
  const library = await optimize(place);
  assert.match(library.go.binary.reason, /go\/printer\/printer\.go changed/);
}));
