'use strict';
// The tier of cached archives for a user who is not root.
const test = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const { scene, ended, whole } = require('./lib/scene');
const { historyFolder } = require('./lib/root');
const { storeFolder, debs, startCached } = require('./lib/twins');

const limit = { timeout: 60_000 };

test('a user with sudo saves archives, and installs from them', limit, () => scene([{ name: 'alpha', depends: 'beta' }, { name: 'beta' }, { name: 'other' }], async ({ root, server }) => {
  ended(await root.run(['useradd', '--create-home', 'runner']), 0);
  root.write('/etc/sudoers.d/runner', 'runner ALL=(ALL) NOPASSWD: ALL\n');
  fs.chmodSync(root.at('/etc/sudoers.d/runner'), 0o440);
  ended(await root.run(['install', '-d', '-o', 'runner', historyFolder, storeFolder]), 0);
  const asRunner = { user: 'runner' };
  ended(await startCached(root, 'alpha', asRunner).done, 0);
  assert.equal(root.record().apt.tier, 'network');
  ended(await root.run(['sh', '-ec', 'apt-get -q -y purge alpha beta; apt-get -q -y install other']), 0);
  const asked = server.requests.length;
  ended(await startCached(root, 'alpha', asRunner).done, 0);
  assert.equal(root.record().apt.tier, 'debs', JSON.stringify(root.record().apt.why_not));
  assert.equal(root.record().caches.find((one) => one.name === debs).outcome, 'exact');
  assert.equal(server.requests.length, asked);
  await whole(root, ['alpha', 'beta', 'other']);
  assert.deepEqual(fs.readdirSync(root.at('/var/tmp')).filter((name) => name.startsWith('ci-optimizer-')), []);
}, { withPackage: 'sudo' }));
