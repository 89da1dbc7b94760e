'use strict';
// Archives decompressed before dpkg asks for them: what dpkg unpacks, and who does it when reading ahead cannot.
const test = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const { native } = require('./lib/archive');
const { scene, ended, whole } = require('./lib/scene');

const limit = { timeout: 90_000 };
const every = ['gzip', 'xz', 'zstd', 'none'].map((compression) => ({ name: `p-${compression}`, compression, bytes: 3_000_000 }));
const names = every.map((one) => one.name);

test('archives of every compression are served from memory and unpacked byte for byte', limit, () =>
  scene(every, async ({ root }) => {
    const result = await root.optimize(names.join(' '), { args: ['--verbose'] });
    ended(result, 0);
    assert.match(result.stderr, /4 of 4 archives were read ahead/);
    await whole(root, names);
    const verified = await root.run(['dpkg', '--verify', ...names]);
    assert.equal(verified.code + verified.stdout, '0', "the files have the packages' own digests");
    assert.deepEqual(fs.readdirSync(root.at('/tmp')), [], 'nothing is left in /tmp');
  }));

test("a maintainer script's own dpkg-deb is the real one", limit, () =>
  scene([{ name: 'asks', postinst: 'dpkg-deb --version > /asked; dpkg-deb --field /no/such.deb 2>> /asked || echo "exit $?" >> /asked' }], async ({ root }) => {
    ended(await root.optimize('asks'), 0);
    const answer = fs.readFileSync(root.at('/asked'), 'utf8');
    assert.match(answer, /Debian 'dpkg-deb' package archive backend/);
    assert.match(answer, /No such file or directory\nexit 2/);
  }));

test('an archive whose contents are cut short fails the installation with its name', limit, () =>
  scene([{ name: 'short', bytes: 9_000_000, compression: 'xz' }], async ({ archive, root }) => {
    // The archive itself is damaged, so its digest fits: apt finds nothing wrong with it.
    const file = `${archive.folder}/pool/short_1.0_${native}.deb`;
    const bytes = fs.readFileSync(file);
    bytes.fill(0, 8_000_000, 8_000_400);
    fs.writeFileSync(file, bytes);
    archive.publish();
    const result = await root.optimize('short');
    ended(result, 4);
    assert.match(result.stderr, /short/);
    assert.equal((await root.run(['dpkg-query', '-W', '-f', '${db:Status-Status}', 'short'])).stdout.replace('not-installed', ''), '');
  }));
