'use strict';
// Installations from cached archives: a machine that is not like the one that saved, but of the same release, gets its
// packages by real apt-get and dpkg without the mirror.
const test = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { native } = require('./lib/archive');
const { ended, whole } = require('./lib/scene');
const { Twins, request, requested, storeFolder, debs, startCached, cached, copyStore, entries, assertEqualContents, why } = require('./lib/twins');
const { until } = require('./lib/root');

const limit = { timeout: 60_000 };
const env = { DEBIAN_FRONTEND: 'noninteractive' };
const folders = (root) => ['/tmp', '/var/tmp'].flatMap((parent) => fs.readdirSync(root.at(parent))).filter((name) => name.startsWith('ci-optimizer-'));
const apt = (root, ...args) => root.run(['apt-get', '-q', '-y', ...args], { env });
let twins, saved, other;

// `saved` has installed the packages and has them in its store; `other` is the base with one more package.
test.before(async () => {
  twins = await Twins.make({
    further: [
      { name: 'wisher', control: ['Recommends: wished'] }, { name: 'wished' },
      { name: 'needy', depends: 'needed' }, { name: 'needed' },
    ],
  });
  saved = twins.copy();
  ended(await cached(saved, request), 0);
  other = twins.copy();
  ended(await apt(other, 'install', 'other'), 0);
}, limit);
test.after(() => twins?.dispose());

// Another machine with the archives of `from`, changed by `change`.
async function machine({ from = saved, change = () => {}, of = other } = {}) {
  const root = twins.copy(of);
  copyStore(from, root, debs);
  await change(root);
  return root;
}

// The cache of archives in the newest record.
const cacheOf = (root) => root.record().caches.find((one) => one.name === debs);

test('a first run saves the archives that it installed', limit, () => {
  assert.equal(saved.record().apt.tier, 'network');
  assert.equal(why(saved, 'debs'), "no entry for this system's release and these packages");
  assert.deepEqual(entries(saved, debs).map((one) => one.key), [cacheOf(saved).key]);
  assert.equal(cacheOf(saved).outcome, 'miss');
  assert.deepEqual(folders(saved), []);
});

test('another machine is as after a real installation, without the mirror', limit, async () => {
  const reference = twins.copy(other);
  ended(await reference.optimize(request, { args: ['--cache', 'off'] }), 0);
  const lists = (root) => fs.readdirSync(root.at('/var/lib/apt/lists')).sort();
  const root = await machine();
  const asked = twins.server.requests.length;
  ended(await cached(root, request), 0);
  const record = root.record();
  assert.equal(record.apt.tier, 'debs', why(root, 'debs'));
  assert.equal(cacheOf(root).outcome, 'exact');
  assert.equal(cacheOf(root).matched_key, entries(root, debs)[0].key);
  assert.ok(cacheOf(root).bytes > 0);
  assert.equal(twins.server.requests.length, asked, 'requests to the mirror');
  assert.equal(record.apt.packages.every((one) => one.status === 'installed' && one.download_bytes === 0), true);
  await whole(root, [...requested, 'other']);
  assertEqualContents(reference, root);
  assert.deepEqual(lists(root), lists(reference));
  const marks = async (one) => (await one.run(['apt-mark', 'showauto'])).stdout;
  assert.equal(await marks(root), await marks(reference));
  assert.deepEqual(folders(root), []);
  assert.equal(entries(root, debs).length, 1, 'an entry that serves is not saved again');

  const next = twins.copy(other);
  copyStore(root, next);
  ended(await cached(next, request), 0);
  assert.equal(next.record().apt.tier, 'delta', 'the next run on such a machine: ' + why(next));
});

test('a version and a suite mean what they meant when the archives were saved', limit, async () => {
  const asked = 'alpha/test two=2.0';
  const first = twins.copy();
  ended(await cached(first, asked), 0);
  const root = await machine({ from: first });
  ended(await cached(root, asked), 0);
  assert.equal(root.record().apt.tier, 'debs', why(root, 'debs'));
  await whole(root, requested);
});

test('with a strict umask and without recommended packages it is the same', limit, async () => {
  const asked = ['--no-recommends'];
  const first = twins.copy();
  ended(await cached(first, request, { args: asked }), 0);
  const root = await machine({ from: first });
  const run = await root.run(['sh', '-c', 'umask 077; exec "$@"', 'sh', 'ci-optimizer', 'optimize', '--packages', request, '--cache-store',
    `file:${storeFolder}`, '--history', 'file:/var/tmp/history', ...asked]);
  ended(run, 0);
  assert.equal(root.record().apt.tier, 'debs', why(root, 'debs'));
  await whole(root, requested);
  assert.equal(fs.statSync(root.at('/usr/share/alpha/data')).mode & 0o777, 0o644);
});

// Cases in which the archives do not do: what `change` does to the machine, and why.
const refusals = [
  ['another release of the system', { change: (root) => root.write('/etc/os-release', 'ID=debian\nVERSION_ID="99"\n'), reason: /^no entry/ }],
  ['another source', { change: (root) => fs.appendFileSync(root.at('/etc/apt/sources.list'), 'deb [trusted=yes] file:/nowhere ./\n'), reason: /^no entry/ }],
  ['another request', { packages: `${request} needy`, reason: /^no entry/ }],
  ['another cache version', { args: ['--cache-version', 'next'], reason: /^no entry/ }],
];
for (const [name, { change, packages = request, args = [], reason }] of refusals) {
  test(`${name}: a real installation, and the reason`, limit, async () => {
    const root = await machine({ change });
    ended(await cached(root, packages, { args }), 0);
    assert.equal(root.record().apt.tier, 'network');
    assert.match(why(root, 'debs'), reason);
    assert.equal(entries(root, debs).length, 2, 'the archives for this case are saved as well');
    await whole(root, requested);
    twins.drop(root);
  });
}

test('what the saving machine had already is fetched where it is missing', limit, async () => {
  const rich = twins.copy();
  ended(await apt(rich, 'install', 'needed', 'wished'), 0);
  ended(await cached(rich, 'needy'), 0);
  ended(await cached(rich, 'wisher'), 0);

  const poor = await machine({ from: rich });
  ended(await cached(poor, 'needy'), 0);
  assert.equal(poor.record().apt.tier, 'network');
  assert.match(why(poor, 'debs'), /do not suffice/);
  await whole(poor, ['needy', 'needed']);

  const wishing = await machine({ from: rich });
  ended(await cached(wishing, 'wisher'), 0);
  assert.equal(wishing.record().apt.tier, 'network');
  assert.match(why(wishing, 'debs'), /lack what a package recommends: wished/);
  await whole(wishing, ['wisher', 'wished']);
  assert.equal(entries(wishing, debs).length, entries(rich, debs).length + 1);
});

test('when a version has moved, the archives that have not are used, and only the others are downloaded', limit, async () => {
  const moved = await Twins.make({ further: [{ name: 'large', bytes: 400_000, depends: 'small' }, { name: 'small', bytes: 1000 }] });
  try {
    const first = moved.copy();
    ended(await cached(first, 'large'), 0);
    moved.archive.add({ name: 'small', version: '1.1', bytes: 1000 });
    moved.archive.remove('small');
    moved.archive.publish();
    const root = moved.copy();
    copyStore(first, root, debs);
    ended(await apt(root, 'update'), 0);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const asked = moved.server.requests.length;
    ended(await cached(root, 'large', { config: 'apt:\n  max-age: 1s\n' }), 0);
    assert.equal(root.record().apt.tier, 'network');
    assert.match(why(root, 'debs'), /older than max-age/);
    assert.deepEqual(moved.server.requests.slice(asked).filter((one) => one.endsWith('.deb')), [`/pool/small_1.1_${native}.deb`]);
    assert.equal((await root.installed()).get('small').version, '1.1');
    const cache = cacheOf(root);
    assert.equal(cache.outcome, 'prefix');
    assert.match(cache.reason, /1 of its 2 archives were used/);
    assert.equal(root.record().apt.packages.find((one) => one.name === 'large').download_bytes, 0);
    assert.deepEqual(folders(root), []);
    assert.deepEqual((await apt(root, 'check')).code, 0);

    const next = moved.copy();
    copyStore(root, next, debs);
    ended(await apt(next, 'update'), 0);
    fs.rmSync(next.at(storeFolder + '/' + path.basename(entries(next, debs).find((one) => one.key !== cache.key).folder)), { recursive: true });
    ended(await cached(next, 'large'), 0);
    assert.equal(next.record().apt.tier, 'debs', why(next, 'debs'));
    await whole(next, ['large', 'small']);
  } finally {
    await moved.dispose();
  }
});

test('packages of a foreign architecture come from their archives too', limit, async () => {
  const mixed = await Twins.make({
    packages: [{ name: 'foreign', architecture: 'i386', depends: 'library', control: ['Multi-Arch: foreign'] },
      { name: 'library', architecture: 'i386', control: ['Multi-Arch: same'] }, { name: 'other' }],
    installed: [], architectures: [native, 'i386'],
  });
  try {
    const prepared = mixed.copy();
    ended(await prepared.run(['sh', '-ec', 'dpkg --add-architecture i386; apt-get -q update']), 0);
    const first = mixed.copy(prepared);
    ended(await cached(first, 'foreign:i386'), 0);
    ended(await apt(prepared, 'install', 'other'), 0);
    const root = mixed.copy(prepared);
    copyStore(first, root, debs);
    ended(await cached(root, 'foreign:i386'), 0);
    assert.equal(root.record().apt.tier, 'debs', why(root, 'debs'));
    assert.equal((await root.installed()).get('library').architecture, 'i386');
    await whole(root, ['foreign', 'library']);
  } finally {
    await mixed.dispose();
  }
});

// What happens to the one entry in a store, and why it is not used.
const faults = [
  ['a damaged byte', (file) => { const bytes = fs.readFileSync(file); bytes[bytes.length >> 1] ^= 1; fs.writeFileSync(file, bytes); }, /./],
  ['bytes that are missing at the end', (file) => fs.truncateSync(file, fs.statSync(file).size - 100), /./],
  ['nothing in it', (file) => fs.truncateSync(file, 0), /./],
];
for (const [name, spoil, reason] of faults) {
  test(`an entry with ${name} is told, removed and saved anew`, limit, async () => {
    const root = await machine();
    const [{ key, data }] = entries(root, debs);
    spoil(data);
    ended(await cached(root, request), 0);
    assert.equal(root.record().apt.tier, 'network');
    assert.match(why(root, 'debs'), reason);
    await whole(root, requested);
    assert.equal(entries(root, debs).length, 1);
    assert.notEqual(entries(root, debs)[0].key, key);
    assert.deepEqual(folders(root), []);
    twins.drop(root);
  });
}

test('an archive that is changed after it was verified is not installed', limit, async () => {
  const root = await machine();
  root.write('/usr/bin/apt-get', `#!/bin/sh
case "$*" in *print-uris*) ;; *-o*sourcelist=/var/tmp/*install*) for deb in /var/tmp/ci-optimizer-run-debs-*/beta*.deb; do printf x | dd of="$deb" bs=1 seek=20000 conv=notrunc 2>/dev/null; done ;; esac
exec /usr/bin/apt-get.distrib "$@"\n`);
  fs.chmodSync(root.at('/usr/bin/apt-get'), 0o755);
  ended(await cached(root, request), 0);
  assert.equal(root.record().apt.tier, 'network');
  assert.match(why(root, 'debs'), /[Hh]ash|size|apt failed/);
  assert.doesNotMatch(fs.readFileSync(root.at('/var/log/dpkg.log'), 'utf8').split('startup')[1] ?? '', /beta.*beta.*beta.*install beta/);
  await whole(root, requested);
});

test('a full disk in the place of the archives: a real installation', limit, async () => {
  const root = await machine();
  fs.renameSync(root.at(storeFolder), root.at('/srv/store'));
  const run = await root.run(['sh', '-c', 'mount -t tmpfs -o size=300k tmpfs /var/tmp; exec "$@"', 'sh', 'ci-optimizer', 'optimize', '--packages', request,
    '--cache-store', 'file:/srv/store', '--history', 'file:/srv/history', '--json']);
  ended(run, 0);
  const record = JSON.parse(run.stdout);
  assert.equal(record.apt.tier, 'network');
  assert.match(record.apt.why_not.find((one) => one.tier === 'debs').reason, /No space left|full/);
  assert.match(record.caches.find((one) => one.name === debs).reason, /not saved/);
  await whole(root, requested);
});

test('two runs at once both end with everything installed', limit, async () => {
  const root = await machine();
  const runs = [startCached(root, request), startCached(root, request)];
  for (const run of await Promise.all(runs.map((one) => one.done))) ended(run, 0);
  await whole(root, requested);
  assert.deepEqual(folders(root), []);
});

// When everything is installed apt waits, so that the run is there to be killed.
const hook = '/etc/apt/apt.conf.d/99wait';
const moments = {
  unpacking: (root) => folders(root).some((name) => name.startsWith('ci-optimizer-run-debs-')),
  installing: (root) => fs.readFileSync(root.at('/var/log/dpkg.log'), 'utf8').includes('half-installed alpha'),
  'all installed': (root) => root.exists('/run/all-installed'),
};
test('a run that was killed is mended by the next one, and its folder goes', limit, async () => {
  for (const [moment, hasCome] of Object.entries(moments)) {
    const root = await machine();
    root.write(hook, 'DPkg::Post-Invoke { "touch /run/all-installed; sleep 30"; };\n');
    const run = startCached(root, request);
    await until(moment, () => hasCome(root));
    run.kill();
    await run.done.catch(() => {});
    fs.rmSync(root.at(hook));
    ended(await cached(root, request), 0);
    await whole(root, requested);
    assert.deepEqual(folders(root), [], moment);
    twins.drop(root);
  }
});

test('a package on hold that is in the way fails as it does with plain apt-get', limit, async () => {
  const root = await machine({ change: (one) => one.run(['apt-mark', 'hold', 'three']) });
  const result = await cached(root, request);
  ended(result, 4);
  assert.match(root.record().problems.map((one) => one.message).join('\n'), /[Hh]eld|unmet dependencies/);
  assert.equal((await root.installed()).get('three').state, 'hi');
  assert.equal(entries(root, debs).length, 1, 'nothing is saved after a failure');
});

test('nothing is saved when a smoke test fails', limit, async () => {
  const root = twins.copy(other);
  const result = await cached(root, request, { args: ['--smoke', 'false'] });
  ended(result, 2);
  assert.equal(entries(root, debs).length, 0);
  assert.match(cacheOf(root).reason, /not saved: the job failed/);
});
