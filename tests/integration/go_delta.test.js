'use strict';
// Deltas of the build cache over a whole entry: saved, restored, given up for a new whole one, and kept by `cache prune`.
const test = require('node:test');
const assert = require('node:assert/strict');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { inPlace } = require('./lib/paths');
const { skip } = require('./lib/go');
const { mainGo, makeModule, addPackage, go, forget, optimize } = require('./lib/go-scene');

const limit = { timeout: 300_000, skip };
const cacheOf = (place) => path.join(place.home, '.cache/go-build');

// What a job uses of so much is worth a delta.
function makeLargeModule(place) {
  makeModule(place, { binary: false });
  addPackage(place, 20 << 20);
}
const renew = (place) => addPackage(place, 20 << 20);

// A job on a fresh machine that builds everything and looks at what was compiled: its records at the beginning and the end.
async function job(place) {
  forget(place);
  const state = path.join(place.folder, 'state');
  const record = await optimize(place, { args: ['--state', state] });
  const times = fs.existsSync(cacheOf(place)) ? youngest(cacheOf(place)) : 0;
  const compiled = [...go(place, 'build', '-x', '-o', path.join(place.folder, 'unused'), '.').matchAll(/compile -o .* -p (\S+)/g)].map((match) => match[1]).sort();
  const finished = await place.json('optimize', '--finish', '--state', state);
  const saved = finished.caches.find(({ name }) => name === 'go-build');
  return { restored: record.cache('go-build'), compiled, saved, times, record };
}

// The youngest time of what the go command told by its times was used, in seconds.
function youngest(folder) {
  let latest = 0;
  for (const name of fs.readdirSync(folder, { recursive: true })) {
    if (/-[ad]$/.test(name)) latest = Math.max(latest, fs.statSync(path.join(folder, name)).mtimeMs / 1000);
  }
  return latest;
}

const entries = async (place) => (await place.json('cache', 'list', '--store', place.store)).entries.filter(({ key }) => key.includes('-go-build-'));
// As a service does, and other stores when they are full.
const evict = (place, key) => fs.rmSync(path.join(place.folder, 'store', `entry-${createHash('sha256').update(key).digest('hex')}`), { recursive: true });

test('what a job adds is saved as a delta over the whole entry, and restored over it', limit, () => inPlace(async (place) => {
  makeLargeModule(place);
  const cold = await job(place);
  assert.ok(cold.saved.bytes > 20e6, JSON.stringify(cold.saved));
  assert.equal(cold.saved.base_key, undefined);
  place.write('main.go', mainGo('two'));
  const second = await job(place);
  assert.deepEqual(second.compiled, ['main']);
  assert.equal(second.restored.matched_key, cold.saved.key);
  assert.match(second.saved.key, new RegExp(`^${second.restored.key}~d[0-9a-f]{16}$`));
  assert.equal(second.saved.base_key, cold.saved.key);
  assert.equal(second.saved.base_bytes, cold.saved.bytes);
  assert.ok(second.saved.bytes < cold.saved.bytes / 20, `${second.saved.bytes} of ${cold.saved.bytes}`);
  // The same sources again: an exact hit, nothing compiled, nothing saved; and no file looks as if it had been used.
  const again = await job(place);
  assert.equal(again.restored.outcome, 'exact');
  assert.equal(again.restored.matched_key, second.saved.key);
  assert.equal(again.restored.base_key, cold.saved.key);
  assert.equal(again.restored.base_bytes, cold.saved.bytes);
  assert.equal(again.times, 1_000_000_000);
  assert.deepEqual(again.compiled, []);
  assert.equal(again.saved.save_seconds, 0);
  // The next delta is over the same whole entry, not over the delta.
  place.write('main.go', mainGo('three'));
  const third = await job(place);
  assert.equal(third.restored.outcome, 'prefix');
  assert.match(third.restored.reason, /main\.go changed/);
  assert.deepEqual(third.compiled, ['main']);
  assert.equal(third.saved.base_key, cold.saved.key);
  assert.equal((await entries(place)).length, 3);
  // The older delta goes; the whole entry stays, and serves.
  const pruned = await place.json('cache', 'prune', '--store', place.store);
  assert.deepEqual(pruned.removed.map(({ key }) => key).filter((key) => key.includes('-go-build-')), [second.saved.key]);
  const warm = await job(place);
  assert.equal(warm.restored.outcome, 'exact');
  assert.deepEqual(warm.compiled, []);
}));

test('a whole entry is saved when most of it has changed', limit, () => inPlace(async (place) => {
  makeLargeModule(place);
  await job(place);
  renew(place);
  const changed = await job(place);
  assert.deepEqual(changed.compiled, ['example.test/tool/big', 'main']);
  assert.equal(changed.saved.base_key, undefined);
  assert.equal(changed.saved.key, changed.restored.key);
  assert.ok(changed.saved.bytes > 20e6 && changed.saved.bytes < 30e6, 'the old outcome is not saved again');
}));

test('a delta without its base is restored alone, is told, and is followed by a whole entry', limit, () => inPlace(async (place) => {
  makeLargeModule(place);
  const cold = await job(place);
  place.write('main.go', mainGo('two'));
  const second = await job(place);
  await place.json('cache', 'prune', '--store', place.store, '--keep', '0', cold.saved.key);
  assert.equal((await entries(place)).length, 2, 'prune keeps a base even when its prefix does not show the delta');
  evict(place, cold.saved.key);
  const third = await job(place);
  assert.equal(third.restored.outcome, 'prefix');
  assert.equal(third.restored.matched_key, second.saved.key);
  assert.equal(third.restored.reason, `its base ${cold.saved.key} is gone`);
  assert.ok(third.compiled.includes('example.test/tool/big') && !third.compiled.includes('main'), third.compiled.join());
  assert.equal(third.saved.key, third.restored.key);
  assert.equal(third.saved.base_key, undefined);
  const warm = await job(place);
  assert.equal(warm.restored.outcome, 'exact');
  assert.equal(warm.restored.matched_key, third.saved.key);
  assert.deepEqual(warm.compiled, []);
}));
