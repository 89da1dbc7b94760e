'use strict';
// `apt status --exact`: a machine against what was restored or saved there.
const test = require('node:test');
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { ended } = require('./lib/scene');
const { Twins, request, cached, copyStore, why } = require('./lib/twins');

const limit = { timeout: 60_000 };
let twins, saved, restored;

test.before(async () => {
  twins = await Twins.make();
  saved = twins.copy();
  ended(await cached(saved, request), 0);
  restored = twins.copy();
  copyStore(saved, restored);
  ended(await cached(restored, request), 0);
  assert.equal(restored.record().apt.tier, 'delta', why(restored));
}, limit);
test.after(() => twins?.dispose());

const ask = (root, { packages = [], user } = {}) => root.run(['ci-optimizer', 'apt', 'status', '--exact', '--json', ...packages], { user });

// What `ask` found, as "path kind".
async function found(root, code, options) {
  const result = await ask(root, options);
  ended(result, code);
  const document = JSON.parse(result.stdout);
  assert.equal(document.equal, code === 0);
  return { ...document, lines: document.differing.map((one) => `${one.path} ${one.kind}`) };
}

test('a machine that saved, and one that restored, are exact', limit, async () => {
  for (const root of [saved, restored]) {
    const document = await found(root, 0);
    assert.deepEqual(document.differing, []);
    assert.deepEqual(document.unread, []);
    assert.ok(document.compared > 30, `${document.compared} paths`);
    assert.deepEqual(document.receipts.map((one) => one.packages), [request.split(' ')]);
    assert.deepEqual(document.receipts.map((one) => one.entry), [root.record().caches[0].matched_key || root.record().caches[0].key]);
  }
  assert.deepEqual((await found(restored, 0, { packages: request.split(' ').reverse() })).differing, []);
});

test('every difference is named', limit, async () => {
  const root = twins.copy(restored);
  const at = (name) => root.at(name);
  fs.rmSync(at('/usr/share/alpha/empty'));
  fs.chmodSync(at('/usr/lib/alpha/tool'), 0o755);
  fs.writeFileSync(at('/etc/alpha.conf'), 'colour = bl\n'.repeat(500).padEnd(7000, '#').slice(0, 6500));
  fs.appendFileSync(at('/usr/share/alpha/data'), 'x');
  fs.rmSync(at('/usr/share/alpha/link'));
  fs.symlinkSync('elsewhere', at('/usr/share/alpha/link'));
  fs.chownSync(at('/usr/share/gamma/plugins/alpha'), 1, 2);
  fs.rmSync(at('/usr/share/alpha/ü and a blank'));
  fs.mkdirSync(at('/usr/share/alpha/ü and a blank'));
  fs.writeFileSync(at('/usr/share/two/old'), 'back');
  ended(await root.run(['perl', '-e', '($c, $f, $n) = @ARGV; syscall($c + 0, $f, $n) == 0 or die $!', process.arch === 'arm64' ? '14' : '197', '/usr/lib/alpha/capable', 'security.capability']), 0);
  fs.appendFileSync(at('/var/log/dpkg.log'), 'a line\n');
  const { lines, varying } = await found(root, 4);
  assert.deepEqual(lines.sort(), [
    '/etc/alpha.conf contents',
    '/usr/lib/alpha/capable extended attributes',
    '/usr/lib/alpha/tool mode',
    '/usr/share/alpha/data size',
    '/usr/share/alpha/empty absent',
    '/usr/share/alpha/link target',
    '/usr/share/alpha/ü and a blank type',
    '/usr/share/gamma/plugins/alpha owner',
    '/usr/share/two/old present',
  ]);
  assert.deepEqual(varying, [], 'a log that was there before is no part of a delta');
  const text = await root.run(['ci-optimizer', 'apt', 'status', '--exact']);
  ended(text, 4);
  assert.match(text.stdout, /^\/usr\/lib\/alpha\/tool: mode: 0755 instead of 4750$/m);
  assert.match(text.stdout, /9 differ/);
});

test('an ordinary user is told what could not be read', limit, async () => {
  const document = await found(restored, 0, { user: 'daemon' });
  assert.deepEqual(document.differing, []);
  assert.ok(document.unread.some((one) => one.path === '/usr/lib/alpha/tool'), JSON.stringify(document.unread));
});

test('files that were merged with the machine\'s are exact, and a later installation counts', limit, async () => {
  const root = twins.copy();
  copyStore(saved, root);
  fs.appendFileSync(root.at('/etc/passwd'), 'extra:x:4711:4711::/nowhere:/bin/false\n');
  fs.appendFileSync(root.at('/etc/shells'), '/bin/extra\n');
  ended(await cached(root, request), 0);
  assert.equal(root.record().apt.tier, 'delta', why(root));
  assert.deepEqual((await found(root, 0)).differing, []);
  ended(await cached(root, 'other'), 0);
  assert.deepEqual((await found(root, 0)).differing, [], 'both receipts count');
  assert.deepEqual((await found(root, 0, { packages: request.split(' ') })).differing, []);
  ended(await root.run(['apt-get', 'purge', '-q', '-y', 'other'], { env: { DEBIAN_FRONTEND: 'noninteractive' } }), 0);
  const { lines } = await found(root, 4, { packages: ['other'] });
  assert.ok(lines.includes('/usr/share/other/version absent'), lines.join('\n'));
});

test('nothing to compare with: 4, and what to do', limit, async () => {
  const root = twins.copy();
  const result = await ask(root);
  ended(result, 4);
  assert.equal(result.stdout, '');
  assert.match(result.stderr, /nothing to compare with/);
  ended(await ask(restored, { packages: ['alpha'] }), 4);
  ended(await root.run(['ci-optimizer', 'apt', 'status']), 64);
});

// A program of `caller` needs the library of `called`, which the base has; neither is ever run.
function libraryPackages() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ci-optimizer-library-'));
  const compile = (...args) => execFileSync('cc', args, { cwd: folder, timeout: 30_000 });
  try {
    fs.writeFileSync(path.join(folder, 'called.c'), 'int called(void) { return 0; }\n');
    fs.writeFileSync(path.join(folder, 'caller.c'), 'int called(void);\nint main(void) { return called(); }\n');
    compile('-shared', '-fPIC', '-Wl,-soname,libcalled.so.1', '-o', 'libcalled.so.1', 'called.c');
    compile('-o', 'caller', 'caller.c', './libcalled.so.1');
    const read = (name) => fs.readFileSync(path.join(folder, name));
    return [
      { name: 'called', files: { 'usr/lib/libcalled.so.1': read('libcalled.so.1') }, debian: { triggers: 'activate-noawait ldconfig\n' } },
      { name: 'caller', depends: 'called', files: { 'usr/bin/caller': read('caller') }, arrange: (tree) => fs.chmodSync(path.join(tree, 'usr/bin/caller'), 0o755) },
      { name: 'orphan', files: { 'usr/bin/orphan': read('caller') }, arrange: (tree) => fs.chmodSync(path.join(tree, 'usr/bin/orphan'), 0o755) },
    ];
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

test('a library that the machine lost: its package is installed again, or the run fails with a true story', limit, async () => {
  const libraries = await Twins.make({ packages: libraryPackages(), installed: ['called'] });
  try {
    const first = libraries.copy();
    ended(await cached(first, 'caller'), 0);
    const second = libraries.copy();
    copyStore(first, second);
    fs.rmSync(second.at('/usr/lib/libcalled.so.1'));
    ended(await cached(second, 'caller'), 0);
    let { apt, problems } = second.record();
    assert.equal(apt.tier, 'delta');
    assert.match(problems.map((one) => one.message).join('\n'), /\/usr\/bin\/caller needs libcalled\.so\.1; installing again: called/);
    ended(await second.run(['caller']), 0);

    const third = libraries.copy();
    copyStore(first, third);
    fs.rmSync(third.at('/usr/lib/libcalled.so.1'));
    ended(await third.run(['apt-get', 'clean']), 0);
    libraries.server.fault(/called.*\.deb$/, { status: 404 });
    ended(await cached(third, 'caller'), 4);
    ({ problems } = third.record());
    assert.match(problems.at(-1).message, /libraries are not found: \/usr\/bin\/caller needs libcalled\.so\.1/);
    libraries.server.mend();
  } finally {
    await libraries.dispose();
  }
});

test('a library that was missing where the packages were saved is no fault of the restore', limit, async () => {
  const libraries = await Twins.make({ packages: libraryPackages(), installed: [] });
  try {
    const first = libraries.copy();
    ended(await cached(first, 'orphan'), 0);
    const second = libraries.copy();
    copyStore(first, second);
    ended(await cached(second, 'orphan'), 0);
    assert.equal(second.record().apt.tier, 'delta', why(second));
    assert.deepEqual(second.record().problems, []);
  } finally {
    await libraries.dispose();
  }
});
