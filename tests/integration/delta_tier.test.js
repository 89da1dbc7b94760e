'use strict';
// Installations from the cache: after one run has saved what it installed, another copy of the same machine gets it
// back as files, without apt and without the mirror, and is then as if everything had been installed there.
const test = require('node:test');
const assert = require('node:assert/strict');
const { ended, whole } = require('./lib/scene');
const { Twins, request, requested, cached, copyStore, entries, assertSame, why, aptStarted } = require('./lib/twins');

const limit = { timeout: 60_000 };
let twins, saved;

// Both come from one base: `saved` has installed the packages and has them in its store.
test.before(async () => {
  twins = await Twins.make();
  saved = twins.copy();
}, limit);
test.after(() => twins?.dispose());

test('a first run installs, and saves what it changed', limit, async () => {
  ended(await cached(saved, request), 0);
  const { apt, caches } = saved.record();
  assert.equal(apt.tier, 'network');
  assert.equal(why(saved), 'no entry for this base and these packages');
  assert.equal(caches[0].outcome, 'miss');
  assert.doesNotMatch(caches[0].reason, /not saved/);
  assert.deepEqual(entries(saved).map((one) => one.key), [caches[0].key]);
  await whole(saved, requested);
});

test('a second machine has the same tree without apt-get and without the mirror', limit, async () => {
  const restored = twins.copy();
  copyStore(saved, restored);
  const asked = twins.server.requests.length;
  ended(await cached(restored, request), 0);
  const { apt, caches, status } = restored.record();
  assert.equal(status, 'success');
  assert.equal(apt.tier, 'delta');
  assert.equal(caches[0].outcome, 'exact');
  assert.equal(caches[0].matched_key, entries(saved)[0].key);
  assert.equal(twins.server.requests.length, asked, 'requests to the mirror');
  assert.equal(aptStarted(restored), false, 'apt-get was started');
  assert.equal(entries(restored).length, 1, 'an exact hit is not saved again');
  assertSame(saved, restored);
  await whole(restored, requested);
});
