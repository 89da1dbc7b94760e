'use strict';
// A user who is not root: with sudo everything works, without it the run says so.
const test = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const { scene, ended, whole } = require('./lib/scene');
const { until, historyFolder } = require('./lib/root');
const { Twins, cached, copyStore, entries, assertSame, why } = require('./lib/twins');

const limit = { timeout: 60_000 };
const slow = 'test -e /hurry || { touch /started; sleep 600 & sleep 601; }';

// Makes the user `runner`, who may use sudo without a password when `mayUseSudo`.
async function addUser(root, mayUseSudo) {
  ended(await root.run(['useradd', '--create-home', 'runner']), 0);
  if (mayUseSudo) {
    root.write('/etc/sudoers.d/runner', 'runner ALL=(ALL) NOPASSWD: ALL\n');
    fs.chmodSync(root.at('/etc/sudoers.d/runner'), 0o440);
  }
  ended(await root.run(['install', '-d', '-o', 'runner', historyFolder]), 0);
}

test('a user with sudo installs', limit, () => scene([{ name: 'alpha', depends: 'beta' }, { name: 'beta' }], async ({ root }) => {
  await addUser(root, true);
  ended(await root.optimize('alpha', { user: 'runner' }), 0);
  await whole(root, ['alpha', 'beta']);
  assert.equal(root.record().status, 'success');
}, { withPackage: 'sudo' }));

test('what a user with sudo has saved, another restores', limit, async () => {
  const twins = await Twins.make({ packages: [{ name: 'alpha', depends: 'beta' }, { name: 'beta' }], installed: [], withPackage: 'sudo' });
  try {
    await addUser(twins.base, true);
    const [cold, warm] = [twins.copy(), twins.copy()];
    ended(await cached(cold, 'alpha', { user: 'runner' }), 0);
    assert.equal(entries(cold).length, 1, JSON.stringify(cold.record().caches));
    copyStore(cold, warm);
    ended(await cached(warm, 'alpha', { user: 'runner' }), 0);
    assert.equal(warm.record().apt.tier, 'delta', why(warm));
    assertSame(cold, warm);
    await whole(warm, ['alpha', 'beta']);
  } finally {
    await twins.dispose();
  }
});

for (const phase of ['preinst', 'postinst']) {
  test(`SIGTERM during ${phase} reaches what sudo started as root`, limit, () => scene([{ name: 'alpha', [phase]: slow }], async ({ root }) => {
    await addUser(root, true);
    const run = root.startOptimize('alpha', { user: 'runner' });
    await until(`the ${phase}`, () => root.exists('/started'));
    run.signal('SIGTERM');
    ended(await run.done, 143);
    assert.equal(root.record().status, 'cancelled');
    root.write('/hurry', '');
    ended(await root.optimize('alpha', { user: 'runner' }), 0);
    await whole(root, ['alpha']);
  }, { withPackage: 'sudo' }));
}

for (const withPackage of [undefined, 'sudo']) {
  test(`a user who may not use sudo gets 77 (sudo ${withPackage ? 'asks for a password' : 'is absent'})`, limit, () =>
    scene([{ name: 'alpha' }], async ({ server, root }) => {
      await addUser(root, false);
      const result = await root.optimize('alpha', { user: 'runner' });
      ended(result, 77);
      assert.match(result.stderr, /error:.*(root|sudo)/);
      assert.deepEqual(server.requests, []);
    }, { withPackage }));
}
