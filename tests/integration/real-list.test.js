'use strict';
// The list that this project began with, from the machine's own mirror.
const test = require('node:test');
const assert = require('node:assert/strict');
const { Root } = require('./lib/root');
const { ended, whole } = require('./lib/scene');

const packages = 'ffmpeg libglib2.0-0 libgl1 fonts-dejavu-core';

test('ffmpeg and its libraries install and start; the record equals dpkg; a wrong flag fails the smoke test', { timeout: 400_000 }, async () => {
  const root = new Root();
  try {
    const before = await root.installed();
    const result = await root.optimize(packages, { args: ['--json', '--smoke', 'ffmpeg -version'], limit: 300_000 });
    ended(result, 0);
    const record = JSON.parse(result.stdout);
    const added = [...(await root.installed())].filter(([name, { version }]) => before.get(name)?.version !== version);
    const told = new Map(record.apt.packages.map((one) => [one.name, one]));
    assert.deepEqual([...told.keys()].sort(), added.map(([name]) => name).sort());
    const { stdout } = await root.run(['apt-cache', 'show', '--no-all-versions', ...told.keys()]);
    const sizes = new Map(stdout.split('\n\n').filter(Boolean).map((entry) => [
      `${/^Package: (.*)$/m.exec(entry)[1]} ${/^Version: (.*)$/m.exec(entry)[1]}`, Number(/^Size: (.*)$/m.exec(entry)[1])]));
    for (const [name, { version, architecture, kibibytes, state }] of added) {
      const one = told.get(name);
      assert.deepEqual([one.version, one.architecture, one.installed_bytes, one.status], [version, architecture, kibibytes * 1024, 'installed'], name);
      assert.equal(one.download_bytes, sizes.get(`${name} ${version}`), `${name}: bytes`);
      assert.equal(state, 'ii', name);
      assert.equal(one.requested, packages.split(' ').includes(name), `${name}: requested`);
    }
    await whole(root, packages.split(' '));

    const again = await root.optimize(packages, { args: ['--smoke', 'ffmpeg -no-such-flag'] });
    ended(again, 2);
    assert.equal(root.record().apt.tier, 'none');
  } finally {
    root.dispose();
  }
});
