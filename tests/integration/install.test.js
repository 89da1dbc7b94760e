'use strict';
// The main job against a good archive, and what it leaves behind.
const test = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { execFileSync } = require('node:child_process');
const { native } = require('./lib/archive');
const { scene, ended, whole } = require('./lib/scene');

const limit = { timeout: 90_000 };
const pair = [{ name: 'alpha', depends: 'beta', bytes: 40_000 }, { name: 'beta', version: '2.1-3', bytes: 100_000 }];

test('a package and its dependency are installed; the record says what dpkg and the archive say', limit, () =>
  scene(pair, async ({ archive, root }) => {
    const result = await root.optimize('alpha', { args: ['--json'] });
    ended(result, 0);
    const record = JSON.parse(result.stdout);
    const installed = await root.installed();
    assert.equal(record.status, 'success');
    assert.equal(record.exit_code, 0);
    assert.equal(record.apt.tier, 'network');
    assert.deepEqual(record.apt.packages.map((one) => one.name).sort(), ['alpha', 'beta']);
    for (const one of record.apt.packages) {
      const { version, architecture, kibibytes } = installed.get(one.name);
      assert.equal(one.version, version);
      assert.equal(one.architecture, architecture);
      assert.equal(one.installed_bytes, kibibytes * 1024);
      assert.equal(one.download_bytes, fs.statSync(path.join(archive.folder, `pool/${one.name}_${version}_${native}.deb`)).size);
      assert.equal(one.status, 'installed');
      assert.equal(one.requested, one.name === 'alpha');
    }
    const { record_path: kept } = record;
    assert.deepEqual(JSON.parse(fs.readFileSync(root.at(kept), 'utf8')), record, 'the kept record is the printed one');
  }));

test('a second run finds nothing missing and asks neither apt nor the mirror', limit, () =>
  scene(pair, async ({ server, root }) => {
    ended(await root.optimize('alpha'), 0);
    const asked = server.requests.length;
    const marker = '#!/bin/sh\ntouch /apt-was-started\nexec /usr/bin/apt-get.real "$@"\n';
    fs.renameSync(root.at('/usr/bin/apt-get'), root.at('/usr/bin/apt-get.real'));
    root.write('/usr/bin/apt-get', marker);
    fs.chmodSync(root.at('/usr/bin/apt-get'), 0o755);
    ended(await root.optimize('alpha'), 0);
    assert.equal(root.record().apt.tier, 'none');
    assert.equal(server.requests.length, asked, 'requests of the second run');
    assert.equal(root.exists('/apt-was-started'), false, 'apt-get was started');
  }));

test('an unknown package ends with 4 and one clear error line', limit, () =>
  scene(pair, async ({ root }) => {
    const result = await root.optimize('alpha no-such-package');
    ended(result, 4);
    const errors = result.stderr.split('\n').filter((line) => line.startsWith('ci-optimizer: error:'));
    assert.equal(errors.length, 1, result.stderr);
    assert.match(errors[0], /no-such-package/);
    assert.equal(root.record().status, 'failure');
  }));

test('a package whose script fails ends with 4 and is mended by a rerun', limit, () =>
  scene([{ name: 'broken', postinst: 'test -e /mended || { echo "the licence server is down" >&2; exit 3; }' }], async ({ root }) => {
    const result = await root.optimize('broken');
    ended(result, 4);
    assert.match(result.stderr, /error:.*broken/);
    const [one] = root.record().apt.packages;
    assert.equal(one.status, 'failed');
    root.write('/mended', '');
    ended(await root.optimize('broken'), 0);
    await whole(root, ['broken']);
  }));

test('a failing smoke test ends with 2 after the packages are installed', limit, () =>
  scene(pair, async ({ root }) => {
    const result = await root.optimize('alpha', { args: ['--smoke', 'grep 9.9 /usr/share/alpha/version', '--smoke', 'true'] });
    ended(result, 2);
    const { smoke, apt } = root.record();
    assert.deepEqual(smoke.map((one) => one.status), ['failed', 'passed']);
    assert.equal(smoke[0].exit_code, 1);
    assert.ok(apt.packages.every((one) => one.status === 'installed'));
  }));

test('a wrong configuration ends with 65 and names file, line and column of every fault', limit, () =>
  scene(pair, async ({ server, root }) => {
    const result = await root.optimize('alpha', { config: 'apt:\n  budgt: 73s\n  stall: soon\n' });
    ended(result, 65);
    assert.match(result.stderr, /\/etc\/ci-optimizer\.yml:3:3: .*budgt.*did you mean.*budget/);
    assert.match(result.stderr, /\/etc\/ci-optimizer\.yml:4:10: /);
    assert.equal(server.requests.length, 0);
  }));

test('nothing of ours is left in apt, dpkg, man-db or the temporary folders', limit, () =>
  scene(pair, async ({ root }) => {
    root.write('/var/lib/man-db/auto-update', '');
    root.write('/etc/initramfs-tools/update-initramfs.conf', 'update_initramfs=yes\n');
    const look = () => execFileSync('sh', ['-c',
      'find etc/apt etc/dpkg etc/initramfs-tools var/lib/man-db tmp var/tmp -not -path "var/tmp/history*" -not -path var/tmp | sort | ' +
      'while read -r file; do stat -c "%n %A %U %s" "$file"; test ! -f "$file" || sha256sum "$file"; done'], { cwd: root.folder, encoding: 'utf8' });
    const before = look();
    ended(await root.optimize('alpha'), 0);
    assert.equal(look(), before);
    ended(await root.optimize('no-such-package'), 4);
    assert.equal(look(), before);
  }));
