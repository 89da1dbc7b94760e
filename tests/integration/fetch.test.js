'use strict';
// Archives fetched over several connections before apt-get asks for them, and the programs that stand in for others.
const test = require('node:test');
const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { setTimeout } = require('node:timers/promises');
const { native } = require('./lib/archive');
const { until } = require('./lib/root');
const { scene, ended, whole } = require('./lib/scene');

const limit = { timeout: 90_000 };
const many = Array.from({ length: 9 }, (_, i) => ({ name: `part-${i}`, bytes: 700_000 }));
const names = many.map(({ name }) => name);
const archives = '/var/cache/apt/archives';

test('archives are fetched over several connections, each once', limit, () =>
  scene(many, async ({ server, root }) => {
    ended(await root.optimize(names.join(' ')), 0);
    await whole(root, names);
    assert.ok(server.connections(/\.deb$/) >= 4, `${server.connections(/\.deb$/)} connections`);
    assert.equal(server.requests.filter((asked) => /\.deb$/.test(asked)).length, names.length);
    assert.deepEqual(fs.readdirSync(root.at(archives)).filter((file) => !/\.deb$/.test(file)).sort(), ['lock', 'partial']);
    assert.deepEqual(fs.readdirSync(root.at('/tmp')), [], 'nothing is left in /tmp');
  }));

test('what is there is verified, put in place and read ahead while the rest arrives', limit, () =>
  scene(many, async ({ server, root }) => {
    server.fault(/part-0.*\.deb$/, { trickle: 200_000 }); // 3.5 s
    const run = root.optimize(names.join(' '), { args: ['--verbose'] });
    const there = (name) => root.exists(`${archives}/${name}_1.0_${native}.deb`);
    await server.asked(/part-8.*\.deb$/);
    while (!names.slice(1).every(there) && !there('part-0')) await setTimeout(20);
    assert.ok(!there('part-0'), 'the others are there before it');
    const result = await run;
    ended(result, 0);
    await whole(root, names);
    assert.match(result.stderr, /9 of 9 archives were read ahead/);
  }));

test('what a killed download leaves is removed by the next run, whatever that run does', limit, () =>
  scene([...many, { name: 'other' }], async ({ server, root }) => {
    ended(await root.optimize('other'), 0);
    const others = () => fs.readdirSync(root.at(archives)).filter((file) => !/\.deb$/.test(file)).sort();
    for (const next of ['other', names.join(' ')]) {
      fs.readdirSync(root.at(archives)).filter((file) => file.startsWith('part-')).forEach((file) => fs.rmSync(root.at(`${archives}/${file}`)));
      server.fault(/part-0.*\.deb$/, { trickle: 100_000 }); // 7 s
      const run = root.startOptimize(names.join(' '));
      await until('a download', () => root.exists(`${archives}/${others()[0]}/download`));
      await server.asked(/part-0.*\.deb$/);
      run.kill();
      await run.done.catch(() => {});
      assert.equal(others().length, 3, 'it was killed while it downloaded');
      server.mend();
      ended(await root.optimize(next), 0);
      assert.deepEqual(others(), ['lock', 'partial'], next);
    }
    await whole(root, names);
  }));

test('an archive that is not what the list says never gets into the cache', limit, () =>
  scene(many, async ({ archive, root }) => {
    const file = `${archive.folder}/pool/part-4_1.0_${native}.deb`;
    const bytes = fs.readFileSync(file);
    bytes[bytes.length - 1000] ^= 1;
    fs.writeFileSync(file, bytes);
    const result = await root.optimize(names.join(' '));
    ended(result, 4);
    assert.match(result.stderr, /part-4/);
    assert.ok(!root.exists(`${archives}/part-4_1.0_${native}.deb`));
    for (const name of names) assert.ok(!(await root.installed()).has(name), name);
  }));

test('fc-cache does not sleep on a machine that is thrown away', limit, () =>
  scene([{ name: 'fonts', files: { 'usr/bin/fc-cache': '#!/bin/sh\necho "real $*"\nsleep 60\n' }, postinst: 'fc-cache -f > /fc-cache.out',
    arrange: (tree) => fs.chmodSync(`${tree}/usr/bin/fc-cache`, 0o755) }],
  async ({ root }) => {
    ended(await root.optimize('fonts', { args: ['--deadline', '30s'] }), 0);
    assert.equal(fs.readFileSync(root.at('/fc-cache.out'), 'utf8'), 'real -f\n');
  }));

// Certificates, the script that puts them up, and an openssl that has nothing to do for them.
const certificates = (script) => ({
  name: 'certificates',
  files: { 'usr/sbin/update-ca-certificates': script, 'usr/bin/openssl': '#!/bin/sh\nexit 0\n', 'etc/ca-certificates.conf': 'a/One.crt\n',
    'usr/share/ca-certificates/a/One.crt': 'one', 'etc/ssl/certs/README': '' },
  arrange: (tree) => ['usr/sbin/update-ca-certificates', 'usr/bin/openssl'].forEach((name) => fs.chmodSync(`${tree}/${name}`, 0o755)),
  // The script is lost without sed.
  postinst: 'mv /usr/bin/sed /usr/bin/sed.away; update-ca-certificates --hooksdir "" >/update.out 2>&1 || echo failed >>/update.out; mv /usr/bin/sed.away /usr/bin/sed',
});
// This machine's script, and why it is not stood in for, if so.
const theScript = '/usr/sbin/update-ca-certificates';
const unknown = () => {
  if (!fs.existsSync(theScript)) return 'ca-certificates is not installed';
  const digest = crypto.createHash('sha256').update(fs.readFileSync(theScript)).digest('hex');
  const known = fs.readFileSync(path.join(__dirname, '../../src/apt/ca_certificates.cpp'), 'utf8');
  return !known.includes(digest) && `not known yet: ${theScript} with the digest ${digest}`;
};

test('certificates are put up without the programs that the script starts', { ...limit, skip: unknown() }, () =>
  scene([certificates(fs.readFileSync(theScript, 'utf8'))], async ({ root }) => {
    ended(await root.optimize('certificates'), 0);
    assert.equal(fs.readFileSync(root.at('/update.out'), 'utf8'), 'Updating certificates in /etc/ssl/certs...\n1 added, 0 removed; done.\n');
    assert.equal(fs.readlinkSync(root.at('/etc/ssl/certs/One.pem')), '/usr/share/ca-certificates/a/One.crt');
    assert.equal(fs.readFileSync(root.at('/etc/ssl/certs/ca-certificates.crt'), 'utf8'), 'one\n');
  }));

test('a script that is not known puts up certificates by itself', limit, () =>
  scene([certificates('#!/bin/sh\necho "real $*"\n')], async ({ root }) => {
    ended(await root.optimize('certificates'), 0);
    assert.equal(fs.readFileSync(root.at('/update.out'), 'utf8'), 'real --hooksdir \n');
  }));
