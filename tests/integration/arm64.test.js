'use strict';
// The helper of arm64 in roots of arm64: emulated on other machines, where it takes ten minutes.
const test = require('node:test');
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { native } = require('./lib/archive');
const { emulate, whyNot } = require('./lib/emulation');
const { Root } = require('./lib/root');
const { ended, whole } = require('./lib/scene');
const { Twins, request, requested, deltas, debs, cached, copyStore, entries, whole: treeOf, assertSame, assertEqualContents, aptStarted, why, storeFolder } = require('./lib/twins');

const project = path.resolve(__dirname, '../..');
const emulated = native === 'arm64' ? undefined : 'arm64';
const helper = emulated
  ? ['build/static-arm64/src/ci-optimizer', 'dist/linux-arm64/ci-optimizer'].map((name) => path.join(project, name)).find((file) => fs.existsSync(file))
  : process.env.CI_OPTIMIZER;
const skip = process.env.CI_OPTIMIZER_LONG !== '1' ? 'takes minutes: scripts/test --long'
  : !helper ? 'no helper for arm64: scripts/build-dist --arch arm64' : whyNot();
const limit = { timeout: 1_500_000, skip };
const twoMachines = { ...limit, skip: skip ?? (emulated ? undefined : 'needs a machine of another architecture') };
const own = { architecture: emulated, helper };
let stop, twins, saved, savedTree;

// Three roots of one base: one that installed, and the two that the tests compare it with.
test.before(async () => {
  if (skip) return;
  stop = emulate();
  twins = await Twins.make(own);
  saved = twins.copy();
  ended(await cached(saved, request), 0);
  savedTree = treeOf(saved);
}, { timeout: 2_400_000 });
test.after(async () => {
  await twins?.dispose();
  stop?.();
});

test('the helper starts, and hash-files gives what it gives elsewhere', limit, async () => {
  const root = twins.copy();
  const version = await root.run(['ci-optimizer', '--version']);
  ended(version, 0);
  assert.match(version.stdout, /^ci-optimizer \d+\.\d+\.\d+\n$/);
  for (let i = 0; i < 300; ++i) root.write(`/srv/work/${i % 7}/file-${i}.txt`, `${i}\n`.repeat(i * 11));
  const hashed = await root.run(['ci-optimizer', 'hash-files', '**/*.txt', '!**/file-1.txt'], { env: { GITHUB_WORKSPACE: '/srv/work' } });
  ended(hashed, 0);
  const here = execFileSync(process.env.CI_OPTIMIZER, ['hash-files', '**/*.txt', '!**/file-1.txt'], { env: { PATH: process.env.PATH, GITHUB_WORKSPACE: root.at('/srv/work') }, encoding: 'utf8', timeout: 60_000 });
  assert.match(hashed.stdout, /^[0-9a-f]{64}\n$/);
  assert.equal(hashed.stdout, here);
});

test('an installation from the network is what apt-get makes', limit, async () => {
  assert.equal(saved.record().apt.tier, 'network');
  assert.deepEqual(saved.record().apt.packages.map((one) => one.architecture), requested.map(() => 'arm64'));
  await whole(saved, requested);
  const plain = twins.copy();
  ended(await plain.run(['apt-get', 'install', '-q', '-y', ...request.split(' ')], { env: { DEBIAN_FRONTEND: 'noninteractive' } }), 0);
  assertEqualContents(plain, savedTree);
});

test('a restored installation is the saved one, without apt, and is exact', limit, async () => {
  const warm = twins.copy();
  copyStore(saved, warm);
  ended(await cached(warm, request), 0);
  assert.equal(warm.record().apt.tier, 'delta', why(warm));
  assert.equal(aptStarted(warm), false, 'apt-get was started');
  assertSame(savedTree, warm);
  await whole(warm, requested);
  const exact = await warm.run(['ci-optimizer', 'apt', 'status', '--exact', '--json']);
  ended(exact, 0);
  assert.equal(JSON.parse(exact.stdout).equal, true);
  fs.appendFileSync(warm.at('/etc/alpha.conf'), 'more\n');
  ended(await warm.run(['ci-optimizer', 'apt', 'status', '--exact']), 4);
});

test('another base installs the saved archives', limit, async () => {
  const plain = twins.copy();
  ended(await plain.run(['apt-get', 'install', '-q', '-y', 'other']), 0);
  const root = twins.copy(plain);
  copyStore(saved, root, debs);
  const asked = twins.server.requests.length;
  ended(await cached(root, request), 0);
  assert.equal(root.record().apt.tier, 'debs', why(root, 'debs'));
  assert.equal(twins.server.requests.length, asked, 'requests to the mirror');
  ended(await plain.optimize(request, { args: ['--cache', 'off'] }), 0);
  assertEqualContents(plain, root);
});

test('what a machine of another architecture saved is refused', twoMachines, async () => {
  const others = await Twins.make();
  try {
    const foreign = others.copy();
    ended(await cached(foreign, request), 0);
    const root = twins.copy();
    copyStore(foreign, root);
    const before = entries(root).map((one) => one.key);
    ended(await cached(root, request), 0);
    assert.match(why(root), /^no entry for this base/);
    await whole(root, requested);
    const key = entries(root).map((one) => one.key).find((one) => !before.includes(one));
    assert.ok(key, 'saved under a key of its own');

    // The foreign archive under this machine's own key.
    const mixed = twins.copy();
    copyStore(saved, mixed);
    const [mine] = entries(mixed);
    const bytes = fs.readFileSync(entries(foreign)[0].data);
    fs.writeFileSync(mine.data, bytes);
    const description = path.join(mine.folder, 'entry');
    fs.writeFileSync(description, JSON.stringify({ ...JSON.parse(fs.readFileSync(description, 'utf8')), bytes: bytes.length }));
    ended(await cached(mixed, request), 0);
    assert.match(why(mixed), /another base, or for another request/);
    assert.equal(mixed.record().apt.tier, 'network');
    await whole(mixed, requested);
  } finally {
    await others.dispose();
  }
});

test('cache entries of paths move between the architectures; keys of paths do not', limit, async () => {
  const root = twins.copy();
  for (let i = 0; i < 50; ++i) root.write(`/srv/work/data/${i % 5}/${i}`, `${i}\n`.repeat(i * 997));
  fs.symlinkSync('../0/0', root.at('/srv/work/data/1/link'));
  root.write('/srv/work/go.mod', 'module example.test/m\n');
  const environment = { GITHUB_WORKSPACE: '/srv/work' };
  const digest = (folder) => execFileSync('sh', ['-c', 'find . -type f -exec sha256sum {} + | sort; readlink 1/link'], { cwd: folder, encoding: 'utf8' });
  const before = digest(root.at('/srv/work/data'));
  const inside = (...args) => root.run(['sh', '-ec', 'cd /srv/work; exec ci-optimizer "$@"', 'sh', ...args, '--store', `file:${storeFolder}`], { env: environment });
  const outside = (...args) => execFileSync(process.env.CI_OPTIMIZER, [...args, '--store', `file:${root.at(storeFolder)}`], { cwd: root.at('/srv/work'), timeout: 60_000, encoding: 'utf8', env: { PATH: process.env.PATH, HOME: '/root', GITHUB_WORKSPACE: root.at('/srv/work') } });
  const empty = () => fs.rmSync(root.at('/srv/work/data'), { recursive: true });

  ended(await inside('cache', 'save', '--key', 'from-arm64', '--path', 'data'), 0);
  empty();
  assert.match(outside('cache', 'restore', '--key', 'from-arm64', '--path', 'data', '--json'), /"outcome": *"exact"/);
  assert.equal(digest(root.at('/srv/work/data')), before);
  outside('cache', 'save', '--key', 'from-here', '--path', 'data');
  empty();
  const restored = await inside('cache', 'restore', '--key', 'from-here', '--path', 'data', '--json');
  ended(restored, 0);
  assert.equal(JSON.parse(restored.stdout).outcome, 'exact', restored.stdout);
  assert.equal(digest(root.at('/srv/work/data')), before);

  const key = await root.run(['sh', '-ec', 'cd /srv/work; exec ci-optimizer key go-modules'], { env: environment });
  ended(key, 0);
  assert.match(key.stdout, /^ci-optimizer1-go-modules-[^-]+-arm64-/);
});

test("Debian's own packages of arm64, with a smoke test", limit, async () => {
  const base = new Root(own);
  let cold, warm;
  try {
    cold = new Root({ copyOf: base });
    warm = new Root({ copyOf: base });
    const args = ['--smoke', 'jq --version'];
    ended(await cached(cold, 'jq', { args, limit: 1_200_000 }), 0);
    assert.equal(cold.record().apt.tier, 'network');
    copyStore(cold, warm, deltas);
    ended(await cached(warm, 'jq', { args, limit: 600_000 }), 0);
    assert.equal(warm.record().apt.tier, 'delta', why(warm));
    assert.equal(warm.record().smoke[0].status, 'passed');
    assertSame(cold, warm);
    await whole(warm, ['jq']);
  } finally {
    for (const root of [base, cold, warm]) root?.dispose();
  }
});

test('packages of arm64 beside those of amd64 on one machine', twoMachines, async () => {
  const base = new Root();
  let cold, warm;
  try {
    ended(await base.run(['sh', '-ec', 'dpkg --add-architecture arm64; apt-get -q update'], { limit: 300_000 }), 0);
    cold = new Root({ copyOf: base });
    warm = new Root({ copyOf: base });
    const args = ['--smoke', 'jq --version'];
    ended(await cached(cold, 'jq:arm64', { args, limit: 600_000 }), 0);
    assert.equal(cold.record().apt.tier, 'network');
    copyStore(cold, warm, deltas);
    ended(await cached(warm, 'jq:arm64', { args, limit: 300_000 }), 0);
    assert.equal(warm.record().apt.tier, 'delta', why(warm));
    assert.equal(warm.record().smoke[0].status, 'passed');
    assertSame(cold, warm);
    assert.equal((await warm.installed()).get('jq').architecture, 'arm64');
  } finally {
    for (const root of [base, cold, warm]) root?.dispose();
  }
});
