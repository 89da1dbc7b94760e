'use strict';
// Installations from the cache: after one run has saved what it installed, another copy of the same machine gets it
// back as files, without apt and without the mirror, and is then as if everything had been installed there.
const test = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const { ended, whole } = require('./lib/scene');
const { Root } = require('./lib/root');
const { Twins, request, requested, storeFolder, cached, copyStore, entries, assertSame, assertEqualContents, why, aptStarted } = require('./lib/twins');

const limit = { timeout: 60_000 };
const long = process.env.CI_OPTIMIZER_LONG === '1' ? {} : { skip: 'takes minutes: scripts/test --long' };
let twins, saved;

// Both come from one base: `saved` has installed the packages and has them in its store.
const env = { DEBIAN_FRONTEND: 'noninteractive' };
const append = (root, file, text) => fs.appendFileSync(root.at(file), text);
// The number that the installation gave its user, or its group.
const alphaId = (file) => /^alpha:x:(\d+):/m.exec(fs.readFileSync(saved.at(file), 'utf8'))[1];

// A copy of the base that has got the packages from the cache.
async function served() {
  const root = twins.copy();
  copyStore(saved, root);
  ended(await cached(root, request), 0);
  assert.equal(root.record().apt.tier, 'delta', why(root));
  return root;
}

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

// Lets apt work on with two machines, by installing `another` package and then purging everything that `requested` names,
// and compares them after each. `but(path)` names what may differ.
async function workOn(roots, requested, another, but) {
  const each = async (command) => {
    const results = await Promise.all(roots.map((root) => root.run(['sh', '-ec', command], { env, limit: 300_000 })));
    for (const result of results) assert.equal(result.code, 0, `${command}: ${result.stderr}\n${result.stdout}`);
    return results;
  };
  for (const { stdout } of await each('dpkg --audit; apt-get check -q >&2; apt-get -q -s autoremove | grep ^Remv || true'))
    assert.equal(stdout, '', 'dpkg --audit is silent, nothing is to be removed');
  await each(`apt-get install -q -y ${another}`);
  assertEqualContents(...roots, but);
  await each(`apt-get purge -q -y --auto-remove ${requested.join(' ')} ${another}`);
  for (const { stdout } of await each('dpkg --audit; apt-get check -q >&2')) assert.equal(stdout, '', 'dpkg --audit is silent');
  assertEqualContents(...roots, but);
}

test('apt works on as after a real installation: another package, then a purge', limit, async () => {
  const installed = twins.copy(saved);
  const restored = await served();
  await workOn([installed, restored], requested, 'other');
  assert.equal(restored.exists('/usr/share/alpha'), false);
});

// Cases that the entry must not serve: what `change` does to the machine or `packages` and `options` to the run, and why.
const refusals = [
  ['a machine with another package', { change: (root) => root.run(['apt-get', 'install', '-q', '-y', 'other'], { env }), reason: /^no entry for this base/ }],
  ['another request', { packages: `${request} other`, reason: /^no entry for this base/ }],
  ['a request without recommended packages', { options: { args: ['--no-recommends'] }, reason: /^no entry for this base/ }],
  ['another cache version', { options: { args: ['--cache-version', 'next'] }, reason: /^no entry for this base/ }],
  ['another option of dpkg', { change: (root) => root.write('/etc/dpkg/dpkg.cfg.d/docs', 'path-exclude=/usr/share/locale/*\n'), reason: /^no entry for this base/ }],
  ['an entry older than max-age', { options: { config: 'apt:\n  max-age: 1s\n' }, reason: /older than max-age/ }],
  ['a user id that is taken', { change: (root) => append(root, '/etc/passwd', `clash:x:${alphaId('/etc/passwd')}:65534::/nowhere:/bin/false\n`), reason: /\/etc\/passwd.*alpha/ }],
  ['a group id that is taken', { change: (root) => append(root, '/etc/group', `clash:x:${alphaId('/etc/group')}:\n`), reason: /\/etc\/group.*alpha/ }],
  ['another state of what dpkg keeps', { change: (root) => root.run(['dpkg-statoverride', '--add', 'root', 'adm', '0644', '/nowhere']), reason: /statoverride/ }],
];
for (const [name, { change = () => {}, packages = request, options, reason }] of refusals) {
  test(`${name}: a real installation, and the reason`, limit, async () => {
    const root = twins.copy();
    copyStore(saved, root);
    await change(root);
    ended(await cached(root, packages, options), 0);
    assert.equal(root.record().apt.tier, 'network');
    assert.match(why(root), reason);
    await whole(root, requested);
    assert.equal(entries(root).length, 2, 'this machine is saved as well');
    twins.drop(root);
  });
}

test('users and groups of the target stay, those of the packages are added', limit, async () => {
  const root = twins.copy();
  copyStore(saved, root);
  append(root, '/etc/passwd', 'extra:x:4711:4711::/nowhere:/bin/false\n');
  append(root, '/etc/group', 'extra:x:4711:\n');
  append(root, '/etc/shadow', 'extra:*:20000:0:99999:7:::\n');
  append(root, '/etc/shells', '/bin/extra\n');
  ended(await cached(root, request), 0);
  assert.equal(root.record().apt.tier, 'delta', why(root));
  const sorted = (one, file) => fs.readFileSync(one.at(file), 'utf8').split('\n').filter((line) => !/extra/.test(line)).sort();
  for (const file of ['/etc/passwd', '/etc/group', '/etc/shadow', '/etc/gshadow', '/etc/shells']) {
    assert.deepEqual(sorted(root, file), sorted(saved, file), file);
    if (file !== '/etc/gshadow') assert.match(fs.readFileSync(root.at(file), 'utf8'), /extra/);
  }
  ended(await root.run(['pwck', '--read-only', '--quiet']), 0);
  await whole(root, requested);
});

test('--cache off neither restores nor saves', limit, async () => {
  const root = twins.copy();
  copyStore(saved, root);
  ended(await cached(root, request, { args: ['--cache', 'off'] }), 0);
  assert.equal(root.record().apt.tier, 'network');
  assert.equal(why(root), undefined);
  assert.equal(entries(root).length, 1);
});

test('--cache read restores what is there and saves nothing', limit, async () => {
  const root = twins.copy();
  ended(await cached(root, request, { args: ['--cache', 'read'] }), 0);
  assert.equal(root.record().apt.tier, 'network');
  assert.deepEqual(entries(root), []);
  const other = twins.copy();
  copyStore(saved, other);
  ended(await cached(other, request, { args: ['--cache', 'read'] }), 0);
  assert.equal(other.record().apt.tier, 'delta', why(other));
});

for (const [name, packages, code, options] of [
  ['a package whose script fails', 'broken', 4],
  ['an unknown package', 'alpha no-such-package', 4],
  ['a failing smoke test', 'beta', 2, { args: ['--smoke', 'false'] }],
  ['a budget that must be met', 'beta', 5, { args: ['--budget', '1ms', '--gate', 'fail'] }],
]) {
  test(`${name}: nothing is saved`, limit, async () => {
    const root = twins.copy();
    ended(await cached(root, packages, options), code);
    const expected = code === 5 ? 1 : 0; // a slow installation is a good one
    assert.equal(entries(root).length, expected);
    if (expected === 0) assert.deepEqual(root.exists(storeFolder) ? fs.readdirSync(root.at(storeFolder)) : [], [], 'nothing is left in the store');
  });
}

test('a package that starts a daemon is not saved, and the record says why', limit, async () => {
  const root = twins.copy();
  const result = await cached(root, 'daemon');
  assert.equal(result.code, 0, result.stderr);
  assert.deepEqual(entries(root), []);
  assert.match(root.record().caches[0].reason, /not saved: .*\/usr\/sbin\/testd is running/);
});

test('with a deadline, a store is no reason to run longer', limit, async () => {
  twins.server.fault(/\.deb$/, { stall: true });
  try {
    const root = twins.copy();
    const late = await cached(root, request, { args: ['--deadline', '1s'] });
    ended(late, 5);
    assert.ok(late.seconds < 3, `took ${late.seconds} s`);
    assert.deepEqual(entries(root), []);
    const restored = twins.copy();
    copyStore(saved, restored);
    const served = await cached(restored, request, { args: ['--deadline', '20s'] });
    ended(served, 0);
    assert.equal(restored.record().apt.tier, 'delta');
  } finally {
    twins.server.mend();
  }
});

for (const packages of ['man-db nginx', 'ffmpeg libglib2.0-0 libgl1 fonts-dejavu-core', 'postgresql', 'openjdk-17-jre-headless',
  'texlive-latex-base', 'qemu-user-static', 'python3-numpy']) {
  test(`${packages}: a second machine has the same tree`, { timeout: 900_000, ...(packages === 'man-db nginx' ? {} : long) }, async () => {
    const roots = [new Root()];
    const [base] = roots;
    try {
      ended(await base.run(['apt-get', '-q', 'update']), 0);
      const [installed, restored] = [0, 1].map(() => roots[roots.push(new Root({ copyOf: base })) - 1]);
      ended(await cached(installed, packages, { limit: 400_000 }), 0);
      assert.equal(entries(installed).length, 1, JSON.stringify(installed.record().caches));
      copyStore(installed, restored);
      ended(await cached(restored, packages, { limit: 120_000 }), 0);
      assert.equal(restored.record().apt.tier, 'delta', why(restored));
      assertSame(installed, restored);
      await whole(restored, packages.split(' '));
      await workOn([installed, restored], packages.split(' '), 'bc');
    } finally {
      for (const root of roots) root.dispose();
    }
  });
}
