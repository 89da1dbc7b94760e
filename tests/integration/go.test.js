'use strict';
// The Go caches and the binary of a job, with the real toolchain and a module proxy made from Debian's sources.
const test = require('node:test');
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { inPlace } = require('./lib/paths');
const { skip } = require('./lib/go');
const { mainGo, makeModule, go, forget, optimize, matrixThatCompilesOnce } = require('./lib/go-scene');

const limit = { timeout: 300_000, skip };

test('a binary is built once, then restored without a compile', limit, () => inPlace(async (place) => {
  makeModule(place);
  const cold = await optimize(place);
  assert.deepEqual(cold.go.binary.states, ['missing', 'seeded']);
  assert.ok(cold.go.binary.size_bytes > 100_000 && cold.go.binary.build_seconds > 0);
  assert.deepEqual(['binary', 'go-modules', 'go-build'].map((name) => cold.cache(name).outcome), ['miss', 'miss', 'miss']);
  assert.equal(cold.smoke[0].status, 'passed');
  assert.equal(cold.go.cache.state, 'updated');
  forget(place);
  const warm = await optimize(place);
  assert.deepEqual(warm.go.binary.states, ['restored']);
  assert.equal(warm.cache('binary').outcome, 'exact');
  assert.equal(warm.go.binary.build_seconds, 0);
  assert.equal(warm.smoke[0].status, 'passed');
  assert.equal(warm.cache('go-build').outcome, 'skipped');
  assert.match(warm.cache('go-build').reason, /the binary was restored/);
  assert.ok(!fs.existsSync(path.join(place.home, '.cache/go-build')), 'nothing was compiled');
  assert.match(execFileSync(place.at('bin/tool'), ['--version'], { encoding: 'utf8' }), /^tool version v1\.0\.0/);
}));

test('a changed source is told, builds on the restored caches, and updates the entry', limit, () => inPlace(async (place) => {
  makeModule(place);
  await optimize(place);
  forget(place);
  place.write('main.go', mainGo('two'));
  const changed = await optimize(place);
  assert.deepEqual(changed.go.binary.states, ['missing', 'updated']);
  assert.match(changed.go.binary.reason, /main\.go changed/);
  assert.equal(changed.cache('go-modules').outcome, 'exact');
  assert.equal(changed.cache('go-build').outcome, 'prefix');
  assert.match(changed.cache('go-build').reason, /main\.go changed/);
  assert.ok(changed.cache('go-build').save_seconds > 0);
  // Only the changed package is compiled: of the modules nothing is.
  forget(place);
  place.write('main.go', mainGo('three'));
  fs.writeFileSync(place.at('ci-optimizer.yml'), fs.readFileSync(place.at('ci-optimizer.yml'), 'utf8').replace('go build -o', 'go build -x -o'));
  const third = await place.run('optimize', '--verbose');
  assert.equal(third.code, 0, third.stderr);
}));

test('with warm caches go build compiles the changed package alone, and go test takes its results from the cache', limit, () => inPlace(async (place) => {
  makeModule(place, { binary: false });
  const state = path.join(place.folder, 'state');
  const job = async (...steps) => {
    const record = await optimize(place, { args: ['--state', state] });
    const said = steps.map((step) => go(place, ...step)).join('');
    const finished = await place.json('optimize', '--finish', '--state', state);
    return { record, said, saved: finished.caches };
  };
  const compiled = (said) => [...said.matchAll(/compile -o .* -p (\S+)/g)].map((match) => match[1]).sort();
  const cold = await job(['build', '-x', '-o', path.join(place.folder, 'unused'), '.'], ['test', './...']);
  assert.ok(compiled(cold.said).includes('golang.org/x/text/language'), cold.said.slice(0, 2000));
  assert.ok(cold.saved.every(({ save_seconds: seconds }) => seconds > 0), JSON.stringify(cold.saved));
  assert.equal(cold.record.go.cache.state, 'cold');
  assert.equal(JSON.parse(fs.readFileSync(cold.record.record_path, 'utf8')).go.cache.state, 'updated');
  assert.doesNotMatch(cold.said, /\(cached\)/);
  forget(place);
  const warm = await job(['build', '-x', '-o', path.join(place.folder, 'unused'), '.'], ['test', './...']);
  assert.deepEqual(warm.record.caches.map(({ outcome }) => outcome), ['exact', 'exact']);
  assert.deepEqual(compiled(warm.said), []);
  assert.match(warm.said, /ok\s+example\.test\/tool\s+\(cached\)/);
  forget(place);
  place.write('main.go', mainGo('two'));
  const changed = await job(['build', '-x', '-o', path.join(place.folder, 'unused'), '.']);
  assert.deepEqual(compiled(changed.said), ['main']);
  forget(place);
  place.write('testdata/in.txt', 'ni\n'); // of the same size
  const data = await job(['test', './...']);
  assert.doesNotMatch(data.said, /\(cached\)/);
}));

test('a changed dependency falls back to the toolchain’s entries and names the module', limit, () => inPlace(async (place) => {
  makeModule(place);
  await optimize(place);
  forget(place);
  go(place, 'get', 'example.test/word@v1.1.0');
  go(place, 'mod', 'tidy');
  forget(place);
  const changed = await optimize(place);
  assert.equal(changed.cache('go-modules').outcome, 'prefix');
  assert.match(changed.cache('go-modules').reason, /example\.test\/word v1\.0\.0 → v1\.1\.0/);
  assert.equal(changed.cache('go-build').outcome, 'prefix');
  assert.ok(changed.cache('go-modules').save_seconds > 0);
  forget(place);
  const again = await optimize(place, { args: [] });
  assert.equal(again.cache('binary').outcome, 'exact');
  fs.rmSync(place.at('bin'), { recursive: true });
  fs.appendFileSync(place.at('ci-optimizer.yml'), '  restore: always\n');
  forget(place);
  await optimize(place);
  assert.deepEqual(fs.readdirSync(path.join(place.home, 'go/pkg/mod/example.test')), ['word@v1.1.0'], 'the old version is not saved again');
}));

test('a restored binary that does not work is thrown away, built anew, and saved under a fresh suffix', limit, () => inPlace(async (place) => {
  makeModule(place);
  const cold = await optimize(place);
  // Somebody saves a wrong one under the same key, with the same paths.
  const bad = async (contents) => {
    fs.rmSync(path.join(place.folder, 'store'), { recursive: true });
    place.write('bin/tool', contents);
    fs.chmodSync(place.at('bin/tool'), 0o755);
    await place.json('cache', 'save', '--store', place.store, '--key', cold.go.binary.key, '--path', 'bin/tool');
    fs.rmSync(place.at('bin/tool'));
  };
  const wrongArchitecture = Buffer.from(fs.readFileSync(place.at('bin/tool')));
  wrongArchitecture.writeUInt16LE(0x2a, 18); // e_machine: SuperH
  for (const [contents, story] of [
    [Buffer.from('#!/bin/sh\nexit 3\n'), /exit code 3 instead of 0/],
    [Buffer.from('garbage\0'), /exit code|no line/],
    [wrongArchitecture, /exit code/],
    [Buffer.from('#!/bin/sh\necho something else\n'), /no line of the output matches/],
    [Buffer.from('#!/bin/sh\nsleep 600\n'), /timed out/],
  ]) {
    fs.writeFileSync(place.at('ci-optimizer.yml'), fs.readFileSync(place.at('ci-optimizer.yml'), 'utf8').replace('tool version" }', 'tool version", timeout: 3s }'));
    await bad(contents);
    const record = await optimize(place);
    assert.deepEqual(record.go.binary.states, ['restored', 'updated'], story);
    assert.match(record.go.binary.reason, story);
    assert.match(record.go.binary.reason, /^the restored binary was thrown away/);
    assert.match(record.go.binary.key, /-fresh-\d+$/);
    assert.ok(record.problems.some(({ kind, level }) => kind === 'binary-thrown-away' && level === 'warning'));
    assert.equal(record.smoke.length, 1);
    assert.equal(record.smoke[0].status, 'passed');
    fs.rmSync(place.at('bin/tool'));
    const next = await optimize(place);
    assert.equal(next.cache('binary').outcome, 'exact');
    assert.equal(next.cache('binary').matched_key, record.go.binary.key);
  }
}));

test('a build that fails is exit 3 and a binary that does not work is exit 2, and neither is saved', limit, () => inPlace(async (place) => {
  makeModule(place);
  const entries = async () => (await place.json('cache', 'list', '--store', place.store)).entries.map(({ key }) => key).filter((key) => key.includes('-binary-'));
  place.write('main.go', 'package main\n\nfunc main() { undefined() }\n');
  const broken = await optimize(place, { code: 3 });
  assert.equal(broken.status, 'failure');
  assert.match(broken.problems[0].message, /the build of bin\/tool failed: exit code \d.*undefined/);
  assert.deepEqual(broken.go.binary.states, ['missing']);
  place.write('main.go', 'package main\n\nimport "os"\n\nfunc main() { os.Exit(7) }\n');
  const failing = await optimize(place, { code: 2 });
  assert.match(failing.problems[0].message, /was built and does not work: .*exit code 7/);
  const config = fs.readFileSync(place.at('ci-optimizer.yml'), 'utf8');
  place.write('ci-optimizer.yml', config.replace('go build -o bin/tool .', 'true'));
  const nothing = await optimize(place, { code: 3 });
  assert.match(nothing.problems[0].message, /left no .*bin\/tool/);
  assert.deepEqual(await entries(), []);
}));

test('eight jobs started together compile once, and all pass their guard', limit, () => inPlace(async (place) => {
  makeModule(place);
  await matrixThatCompilesOnce(place);
}));
