'use strict';
// Every kind of request and machine, each installed cold and then restored on an equal base: the second tree is the
// first one, and both are what a plain apt-get install makes.
const test = require('node:test');
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { Archive, Signer, native } = require('./lib/archive');
const { serve } = require('./lib/server');
const { ended, whole } = require('./lib/scene');
const { Twins, cached, copyStore, entries, whole: treeOf, assertSame, assertEqualContents, aptStarted, why, storeFolder } = require('./lib/twins');

const limit = { timeout: 180_000 };
const tool = (name, version) => ({ name, version, files: { [`usr/lib/${name}/tool`]: `${name} ${version}\n`, [`usr/share/doc/${name}/copyright`]: 'free\n' } });
const packages = [
  tool('plain', '1.0'), tool('plain', '2.0'), tool('plain', '3.0'),
  { ...tool('plain', '4.0'), suite: 'backports' },
  { name: 'courier', control: ['Provides: postman'] },
  { name: 'caller', depends: 'courier', control: ['Recommends: extra'] },
  { name: 'extra' },
  { name: 'late', postinst: 'test -e /mended' },
  { name: 'private', postinst: 'umask >/var/lib/private-umask; mkdir /var/lib/private; echo x >/var/lib/private/file' },
  { name: 'foreign', architecture: 'i386', depends: 'foreign-library', control: ['Multi-Arch: foreign'] },
  { name: 'foreign-library', architecture: 'i386', control: ['Multi-Arch: same'] },
  { name: 'foreign-library', control: ['Multi-Arch: same'] },
];
let twins, signer, third, thirdServer;

test.before(async () => {
  twins = await Twins.make({ packages, installed: [], architectures: [native, 'i386'], suites: ['test', 'backports'] });
  signer = new Signer();
  third = new Archive();
  third.add({ name: 'third', depends: 'plain' });
  third.publish({ signer });
  thirdServer = await serve(third.folder);
}, limit);
test.afterEach(() => twins?.dropAll());
test.after(async () => {
  await thirdServer?.close();
  third?.dispose();
  signer?.dispose();
  await twins?.dispose();
});

// Installs on a copy of the base that `prepare(root)` has changed, saves, and restores on another copy of the same.
// `real` are shell lines that install the same with apt-get alone, whose tree must be that too. `same(cold, warm)` compares
// the trees; `but(path)` names what may differ from the real one's. Returns { cold, warm }, the two roots.
async function coldAndWarm(request, { prepare = () => {}, config, same = assertSame, but, names = request.split(' '), real } = {}) {
  const base = twins.copy();
  await prepare(base);
  const options = config === undefined ? {} : withConfig(base, config);
  const [cold, warm] = [twins.copy(base), twins.copy(base)];
  ended(await cached(cold, request, options), 0);
  assert.equal(cold.record().apt.tier, 'network');
  assert.equal(entries(cold).length, 1, JSON.stringify(cold.record().caches));
  copyStore(cold, warm);
  ended(await cached(warm, request, options), 0);
  assert.equal(warm.record().apt.tier, 'delta', why(warm));
  assert.equal(aptStarted(warm), false, 'apt-get was started');
  const coldTree = treeOf(cold);
  same(coldTree, warm);
  for (const root of [cold, warm]) await whole(root, names);
  if (real) {
    const plain = twins.copy(base);
    ended(await plain.run(['sh', '-ec', real], { env: { DEBIAN_FRONTEND: 'noninteractive' } }), 0);
    assertEqualContents(plain, coldTree, but);
  }
  return { cold, warm };
}

// Options of a run with that configuration, in a file that no comparison sees.
function withConfig(root, text) {
  root.write('/var/tmp/request.yml', `version: 1\n${text}`);
  return { args: ['--config', '/var/tmp/request.yml'] };
}

// Configuration of the third-party source with that key.
const thirdSigned = (key) => `apt:\n  sources:\n    - { uris: "${thirdServer.url}", suites: test, components: main, signed-by: ${key} }\n`;

const version = async (root, name) => (await root.installed()).get(name)?.version;
// All of a folder as text: names, modes, owners, contents.
const look = (root, folder) => execFileSync('sh', ['-c', 'find . | sort | while read -r file; do stat -c "%n %A %U" "$file"; test ! -f "$file" || sha256sum "$file"; done'],
  { cwd: root.at(folder), encoding: 'utf8' });

test('name=version', limit, async () => {
  const { warm } = await coldAndWarm('plain=2.0', { names: ['plain'], real: 'apt-get install -q -y plain=2.0' });
  assert.equal(await version(warm, 'plain'), '2.0');
});

test('name/suite', limit, async () => {
  const { cold, warm } = await coldAndWarm('plain/backports', { names: ['plain'] });
  assert.equal(await version(warm, 'plain'), '4.0');
  // Only apt knows what a suite holds, so that it is asked again; nothing is to do, and nothing to save.
  ended(await cached(cold, 'plain/backports'), 0);
  assert.equal(entries(cold).length, 1, 'nothing was installed, and nothing is saved');
});

test('a virtual package', limit, async () => {
  const { warm } = await coldAndWarm('postman', { names: ['courier'] });
  ended(await cached(warm, 'postman'), 0);
  assert.equal(warm.record().apt.tier, 'none', 'what provides it is installed');
});

test('with and without recommended packages', limit, async () => {
  const all = await coldAndWarm('caller', { names: ['caller', 'courier', 'extra'] });
  const few = await coldAndWarm('caller', { names: ['caller', 'courier'], config: 'apt:\n  recommends: false\n',
    real: 'apt-get install -q -y --no-install-recommends caller' });
  assert.equal(await version(few.warm, 'extra'), undefined);
  assert.notEqual(entries(all.cold)[0].key, entries(few.cold)[0].key);
});

test('a local .deb is known by its contents, not by its place', limit, async () => {
  const build = (root, text) => {
    const local = new Archive();
    const file = local.add({ name: 'local', depends: 'plain', files: { 'usr/share/local/text': text } });
    fs.mkdirSync(root.at('/srv/debs'), { recursive: true });
    fs.copyFileSync(file, root.at('/srv/debs/local.deb'));
    local.dispose();
  };
  const { cold } = await coldAndWarm('/srv/debs/local.deb', { names: ['local', 'plain'], prepare: (root) => build(root, 'one') });
  assert.deepEqual(cold.record().apt.packages.map((one) => one.name).sort(), ['local', 'plain']);
  const moved = twins.copy();
  build(moved, 'two');
  fs.copyFileSync(cold.at('/srv/debs/local.deb'), moved.at('/srv/elsewhere.deb'));
  copyStore(cold, moved);
  const changed = twins.copy(moved);
  ended(await cached(moved, '/srv/elsewhere.deb'), 0);
  assert.equal(moved.record().apt.tier, 'delta', why(moved));
  ended(await cached(changed, '/srv/debs/local.deb'), 0);
  assert.equal(changed.record().apt.tier, 'network', 'the same name and version, but another file');
  assert.equal(fs.readFileSync(changed.at('/usr/share/local/text'), 'utf8'), 'two');
  const absent = twins.copy();
  const result = await cached(absent, './absent.deb');
  assert.notEqual(result.code, 0);
  assert.match(result.stderr, /absent\.deb/);
});

test('held packages stay, and a request that would change one fails and says so', limit, async () => {
  const hold = async (root) => ended(await root.run(['sh', '-ec', 'apt-get install -q -y plain=1.0 && apt-mark hold plain']), 0);
  const { warm } = await coldAndWarm('caller', { names: ['caller', 'courier', 'extra'], prepare: hold });
  assert.deepEqual([(await warm.installed()).get('plain').state, await version(warm, 'plain')], ['hi', '1.0']);
  ended(await cached(warm, 'plain'), 0);
  assert.equal(warm.record().apt.tier, 'none', 'a held package is an installed one');
  const result = await cached(warm, 'plain=2.0');
  ended(result, 4);
  assert.match(result.stderr, /error:.*[Hh]eld/);
  assert.equal(await version(warm, 'plain'), '1.0');
});

test('packages that are half-configured at the beginning', limit, async () => {
  const breakOne = async (root) => {
    assert.equal((await root.run(['apt-get', 'install', '-q', '-y', 'late'])).code, 100);
    root.write('/mended', '');
  };
  // They are finished first, on each machine at its own time.
  // What dpkg keeps of its state before the last step depends on the steps.
  const { warm } = await coldAndWarm('late courier', { prepare: breakOne, same: assertEqualContents, real: 'apt-get install -q -y late courier', but: (name) => name === '/var/lib/dpkg/status-old' });
  assert.match(warm.record().problems[0].message, /half-way installed, finishing them first: late/);
});

test('a package of a foreign architecture', limit, async () => {
  const add = async (root) => ended(await root.run(['sh', '-ec', 'dpkg --add-architecture i386; apt-get -q update']), 0);
  const { cold, warm } = await coldAndWarm('foreign:i386', { names: ['foreign'], prepare: add, real: 'apt-get install -q -y foreign:i386' });
  assert.equal((await warm.installed()).get('foreign').architecture, 'i386');
  // The foreign library is no native one.
  ended(await cached(warm, 'foreign-library'), 0);
  const { stdout } = await warm.run(['dpkg-query', '-W', '-f', '${Architecture} ', 'foreign-library']);
  assert.equal(stdout, `${native} i386 `);
  // A .deb in a file is of its own architecture.
  fs.copyFileSync(path.join(twins.archive.folder, 'pool/foreign-library_1.0_i386.deb'), warm.at('/srv/foreign.deb'));
  ended(await cached(warm, '/srv/foreign.deb'), 0);
  assert.equal(warm.record().apt.tier, 'none');
  // A machine without that architecture is another one.
  const other = twins.copy();
  copyStore(cold, other);
  const result = await cached(other, 'foreign:i386');
  ended(result, 4);
  assert.match(why(other), /^no entry for this base/);
  assert.equal(result.stderr.match(/error:/g).length, 1);
});

test('documentation that dpkg leaves out', limit, async () => {
  const exclude = (root) => root.write('/etc/dpkg/dpkg.cfg.d/docker', 'path-exclude=/usr/share/doc/*\npath-include=/usr/share/doc/*/changelog*\n');
  const { warm } = await coldAndWarm('plain', { prepare: exclude, real: 'apt-get install -q -y plain' });
  assert.equal(warm.exists('/usr/share/doc/plain/copyright'), false);
});

test('a caller with umask 077', limit, async () => {
  const strict = (root) => {
    root.write('/usr/local/bin/strict', '#!/bin/sh\numask 077\nexec "$@"\n');
    fs.chmodSync(root.at('/usr/local/bin/strict'), 0o755);
  };
  const request = 'private plain';
  const base = twins.copy();
  strict(base);
  const [cold, warm, plain] = [0, 1, 2].map(() => twins.copy(base));
  const run = (root) => root.run(['strict', 'ci-optimizer', 'optimize', '--packages', request, '--history', 'file:/var/tmp/history', '--cache-store', `file:${storeFolder}`]);
  ended(await run(cold), 0);
  assert.equal(entries(cold).length, 1, JSON.stringify(cold.record().caches));
  copyStore(cold, warm);
  ended(await run(warm), 0);
  assert.equal(warm.record().apt.tier, 'delta', why(warm));
  assertSame(cold, warm);
  ended(await plain.run(['apt-get', 'install', '-q', '-y', ...request.split(' ')]), 0);
  assertEqualContents(plain, cold);
});

test('a source with its key in the configuration', limit, async () => {
  const withKey = (root) => root.write('/etc/third.asc', signer.armored);
  const addByHand = `cp /etc/third.asc /etc/apt/keyrings/; echo 'deb [signed-by=/etc/apt/keyrings/third.asc] ${thirdServer.url} test main' >/etc/apt/sources.list.d/third.list
    apt-get -q update; apt-get install -q -y third; rm -r /etc/apt/sources.list.d/third.list /etc/apt/keyrings/third.asc`;
  const before = look(twins.base, '/etc/apt');
  const { cold, warm } = await coldAndWarm('third', { names: ['third', 'plain'], prepare: withKey, config: thirdSigned('/etc/third.asc'), real: addByHand });
  for (const root of [cold, warm]) assert.equal(look(root, '/etc/apt'), before, 'nothing of it is left below /etc/apt');
  assert.deepEqual(fs.readdirSync(cold.at('/tmp')), []);
  // The key itself in the configuration is the same source.
  const inline = `apt:\n  sources:\n    - uris: ${thirdServer.url}\n      suites: test\n      components: main\n      signed-by: |\n${signer.armored.replace(/^/gm, '        ')}\n`;
  const same = twins.copy();
  copyStore(cold, same);
  ended(await cached(same, 'third', withConfig(same, inline)), 0);
  assert.equal(same.record().apt.tier, 'delta', why(same));
});

test('a key that does not sign the source: nothing of it is installed, and the run says so', limit, async () => {
  const other = new Signer();
  try {
    const root = twins.copy();
    root.write('/etc/other.gpg', other.binary);
    const result = await cached(root, 'third', withConfig(root, thirdSigned('/etc/other.gpg')));
    ended(result, 4);
    assert.match(result.stderr, new RegExp(`error:.*${thirdServer.host}`));
    assert.match(result.stderr, /sign|public key/i);
    assert.deepEqual(entries(root), []);
    const absent = await cached(root, 'third', withConfig(root, thirdSigned('/etc/absent.gpg')));
    ended(absent, 65);
    assert.match(absent.stderr, /error:.*\/etc\/absent\.gpg/);
  } finally {
    other.dispose();
  }
});

test("a source of the machine's own with its key; another key is another base", limit, async () => {
  const add = async (root) => {
    root.write('/etc/apt/keyrings/third.asc', signer.armored);
    root.write('/etc/apt/sources.list.d/third.sources', `Types: deb\nURIs: ${thirdServer.url}\nSuites: test\nComponents: main\nSigned-By: /etc/apt/keyrings/third.asc\n`);
    ended(await root.run(['apt-get', '-q', 'update']), 0);
  };
  const { cold } = await coldAndWarm('third', { names: ['third', 'plain'], prepare: add });
  const root = twins.copy();
  await add(root);
  fs.appendFileSync(root.at('/etc/apt/keyrings/third.asc'), '\n');
  copyStore(cold, root);
  ended(await cached(root, 'third'), 0);
  assert.match(why(root), /^no entry for this base/);
});
