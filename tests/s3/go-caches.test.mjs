// Go's caches and the claim of a build in a bucket, with the real toolchain.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { Service } from './service.mjs';

const require = createRequire(import.meta.url);
const { inPlace } = require('../integration/lib/paths.js');
const { skip } = require('../integration/lib/go.js');
const { mainGo, makeModule, addPackage, forget, matrixThatCompilesOnce, optimize } = require('../integration/lib/go-scene.js');

const limit = { timeout: 300_000, skip };

// Calls `body(place)` with a module whose caches lie in a bucket.
async function withBucket(body) {
  const service = await new Service().start();
  try {
    await inPlace(async (place) => {
      place.store = 's3://ci-cache/go';
      makeModule(place, { more: '  restore: always\n' });
      Object.assign(place.environment, service.environment);
      await body(place);
    });
  } finally {
    await service.stop();
  }
}
const keys = async (place) => (await place.json('cache', 'list', '--store', place.store)).entries.map(({ key }) => key);

test('eight jobs that share a bucket compile once, and leave no claim', limit, () => withBucket(async (place) => {
  await matrixThatCompilesOnce(place);
  assert.deepEqual((await keys(place)).filter((key) => key.includes('-building-')), []);
}));

test('a delta of the build cache goes to a bucket and comes back over its base', limit, () => withBucket(async (place) => {
  addPackage(place, 20 << 20);
  const whole = (await optimize(place)).cache('go-build');
  forget(place);
  place.write('main.go', mainGo('two'));
  const delta = (await optimize(place)).cache('go-build');
  assert.equal(delta.base_key, whole.key);
  assert.ok(delta.bytes < whole.bytes / 20, JSON.stringify(delta));
  forget(place);
  const again = (await optimize(place)).cache('go-build');
  assert.deepEqual([again.outcome, again.matched_key, again.base_key], ['exact', delta.key, whole.key]);
  await place.json('cache', 'prune', '--store', place.store);
  assert.deepEqual((await keys(place)).filter((key) => key.includes('-go-build-')), [delta.key, whole.key]);
}));
