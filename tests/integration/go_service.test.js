'use strict';
// Go's caches in the Actions cache service: whether a restore is worth it there, and what a job may not remove.
const test = require('node:test');
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { skip } = require('./lib/go');
const { mainGo, makeModule, addPackage, forget, matrix, matrixThatCompilesOnce, optimize } = require('./lib/go-scene');
const { withService } = require('./lib/service');

const limit = { timeout: 300_000, skip };

// The program chooses the service by itself in the action's step.
function useService(place) {
  const file = place.at('ci-optimizer.yml');
  fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/^cache: .*\n/m, 'cache: { store: "github:" }\n'));
}

// Puts a go command before the real one, of which `go mod download` takes so many seconds more.
function slowDownloads(place, seconds) {
  const real = execFileSync('sh', ['-c', 'command -v go'], { encoding: 'utf8' }).trim();
  const folder = path.join(place.folder, 'slow-go');
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'go'), `#!/bin/sh\n[ "$1 $2" != "mod download" ] || sleep ${seconds}\nexec ${real} "$@"\n`, { mode: 0o755 });
  place.environment.PATH = `${folder}:${process.env.PATH}`;
}

const always = { more: '  restore: always\n' };

test('modules whose download was measured quicker than a restore are not restored', limit, () => withService(async (place, service) => {
  makeModule(place, always);
  addPackage(place, 3 << 20); // of less than a megabyte no speed is told
  useService(place);
  const cold = await optimize(place);
  const [modules, build] = ['go-modules', 'go-build'].map(cold.cache);
  assert.ok(modules.save_seconds > 0 && build.save_seconds > 0, JSON.stringify(cold.caches));
  forget(place);
  service.setFaults({ call: 'getBlob', delay: Math.ceil((4000 * modules.cold_seconds * build.bytes) / modules.bytes) });
  const warm = await optimize(place);
  assert.equal(warm.cache('go-build').outcome, 'exact');
  assert.equal(warm.cache('go-modules').outcome, 'skipped');
  assert.match(warm.cache('go-modules').reason, /^a download takes .*, a restore about .* \(go\.modules: always restores all the same\)$/);
  assert.equal(warm.cache('go-modules').save_seconds, 0);
  assert.ok(!fs.existsSync(path.join(place.home, 'go/pkg/mod/golang.org')), 'nothing was put in place');
  // Asked to, it restores them all the same.
  forget(place);
  fs.appendFileSync(place.at('ci-optimizer.yml'), '  modules: always\n');
  assert.equal((await optimize(place)).cache('go-modules').outcome, 'exact');
}));

test('modules whose download was measured slower than a restore are restored', limit, () => withService(async (place) => {
  makeModule(place, always);
  useService(place);
  slowDownloads(place, 6);
  const cold = await optimize(place);
  assert.ok(cold.cache('go-modules').cold_seconds >= 6);
  forget(place);
  const warm = await optimize(place);
  assert.equal(warm.cache('go-build').outcome, 'exact');
  assert.equal(warm.cache('go-modules').outcome, 'exact', warm.cache('go-modules').reason);
  assert.ok(warm.cache('go-modules').seconds_saved > 0);
}));

test('eight jobs that share the service compile once, though no claim can be removed there', limit, () => withService(async (place, service) => {
  makeModule(place);
  useService(place);
  const jobs = await matrixThatCompilesOnce(place);
  const keys = service.entries.all().map(({ key }) => key);
  assert.equal(keys.filter((key) => key === jobs[0].go.binary.key).length, 1, keys.join());
}));

test('when the job that claimed the build fails on the service, the others say so and build it themselves', limit, () => withService(async (place) => {
  makeModule(place);
  useService(place);
  // Only the first that comes fails.
  const first = path.join(place.folder, 'first');
  place.write('ci-optimizer.yml', fs.readFileSync(place.at('ci-optimizer.yml'), 'utf8').replace('go build -o', `if mkdir ${first}; then sleep 2; echo no luck >&2; exit 9; fi; go build -o`));
  const jobs = await matrix(place, 3, [0, 3]);
  const failed = jobs.filter(({ status }) => status === 'failure');
  assert.equal(failed.length, 1);
  assert.match(failed[0].problems[0].message, /no luck/);
  assert.ok(jobs.some(({ go: { binary } }) => /^the build of another job failed: .*no luck/.test(binary.reason)), jobs.map(({ go: { binary } }) => binary.reason).join());
  assert.ok(jobs.every((job) => job === failed[0] || job.smoke[0].status === 'passed'));
}));

test('a delta goes to the service and comes back over its base, and is told when that was evicted', limit, () => withService(async (place, service) => {
  makeModule(place, always);
  addPackage(place, 20 << 20);
  useService(place);
  const build = async () => {
    forget(place);
    return (await optimize(place)).cache('go-build');
  };
  const whole = await build();
  assert.equal(whole.base_key, undefined);
  place.write('main.go', mainGo('two'));
  const delta = await build();
  assert.equal(delta.base_key, whole.key);
  assert.ok(delta.save_seconds > 0 && delta.bytes < whole.bytes / 20, JSON.stringify(delta));
  const again = await build();
  assert.deepEqual([again.outcome, again.matched_key, again.base_key, again.bytes, again.base_bytes], ['exact', delta.key, whole.key, delta.bytes, whole.bytes]);
  place.write('main.go', mainGo('three'));
  const next = await build();
  assert.equal(next.outcome, 'prefix');
  assert.match(next.reason, /^main\.go changed$/);
  assert.equal(next.base_key, whole.key);
  // Listed by the REST API, of which nothing but keys is known, the older delta may go, the base may not.
  place.environment.GITHUB_TOKEN = service.restToken;
  const pruned = await place.json('cache', 'prune', '--store', 'github:', '--keep', '1');
  assert.deepEqual(pruned.removed.map(({ key }) => key).filter((key) => key.includes('-go-build-')), [delta.key]);
  service.entries.remove(service.entries.all().find(({ key }) => key === whole.key).id);
  const lacking = await build();
  assert.equal(lacking.outcome, 'prefix');
  assert.equal(lacking.matched_key, next.key);
  assert.equal(lacking.reason, `its base ${whole.key} is gone; not saved: the job used nothing of it`, 'the binary was there');
}));
