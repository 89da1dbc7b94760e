'use strict';
// Entries that are sound but not for this machine or this request, whatever key they lie under; and disks that fill up.
const test = require('node:test');
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { historyFolder } = require('./lib/root');
const { ended, whole } = require('./lib/scene');
const { Twins, bulk, storeFolder, cached, copyStore, entries, whole: treeOf, assertEqualContents, why } = require('./lib/twins');

const limit = { timeout: 60_000 };
let twins, saved, savedTree;

test.before(async () => {
  twins = await Twins.make({ packages: [{ name: 'small' }, { name: 'other' }, bulk], installed: [] });
  saved = twins.copy();
  ended(await cached(saved, 'bulk'), 0);
  assert.equal(entries(saved).length, 1, JSON.stringify(saved.record().caches));
  savedTree = treeOf(saved);
}, limit);
test.after(() => twins?.dispose());

// Puts the archive of the only entry of `from` in the place of that of the only entry of `to`.
function exchange(from, to) {
  const [{ data: source }] = entries(from);
  const [{ data: target, folder }] = entries(to);
  fs.copyFileSync(source, target);
  const description = path.join(folder, 'entry');
  const entry = JSON.parse(fs.readFileSync(description, 'utf8'));
  fs.writeFileSync(description, JSON.stringify({ ...entry, bytes: fs.statSync(target).size }));
}

// A machine that has an entry for itself and that request.
async function withEntry(request, change = () => {}) {
  const base = twins.copy();
  change(base);
  const donor = twins.copy(base);
  ended(await cached(donor, request), 0);
  copyStore(donor, base);
  twins.drop(donor);
  return base;
}

async function refused(root, request, reason) {
  ended(await cached(root, request), 0);
  assert.equal(root.record().apt.tier, 'network');
  assert.match(why(root), reason);
  await whole(root, request.split(' '));
}

test('the archive of another request is refused before anything is touched', limit, async () => {
  const root = await withEntry('small');
  exchange(saved, root);
  await refused(root, 'small', /another base, or for another request/);
  assert.equal(root.exists('/usr/share/bulk'), false, 'nothing of the other request is there');
});

test('the archive of another base is refused before anything is touched', limit, async () => {
  const root = await withEntry('bulk', (base) => base.write('/etc/apt/preferences.d/pin', 'Package: other\nPin: version 9\nPin-Priority: 9\n'));
  exchange(saved, root);
  await refused(root, 'bulk', /another base, or for another request/);
});

test('a machine of another architecture has other keys', limit, async () => {
  const fingerprint = async (root) => JSON.parse((await root.run(['ci-optimizer', 'internal', 'delta', 'fingerprint'])).stdout);
  const root = twins.copy();
  const before = await fingerprint(root);
  const status = root.at('/var/lib/dpkg/status');
  fs.writeFileSync(status, fs.readFileSync(status, 'utf8').replace(/^Architecture: (amd64|arm64)$/gm, 'Architecture: riscv64'));
  const after = await fingerprint(root);
  assert.notEqual(after.digest, before.digest);
  assert.equal(after.parts.find((part) => part.name === 'architecture').text, 'riscv64\n');
});

for (const [name, text] of [
  ['for another key', (entry) => JSON.stringify({ ...entry, key: `${entry.key}0` })],
  ['with a wrong size', (entry) => JSON.stringify({ ...entry, bytes: entry.bytes - 1 })],
  ['that is no JSON', () => '{'],
]) {
  test(`an entry with a description ${name} serves nobody`, limit, async () => {
    const root = twins.copy();
    copyStore(saved, root);
    const file = path.join(entries(root)[0].folder, 'entry');
    fs.writeFileSync(file, text(JSON.parse(fs.readFileSync(file, 'utf8'))));
    await refused(root, 'bulk', /./);
  });
}

const free = (root) => Number(execFileSync('stat', ['--file-system', '--format=%a', root.folder], { encoding: 'utf8' })) * 4096;
const mebibyte = 1 << 20;

// A machine with an entry for `bulk` on a disk with so many bytes left. Records lie elsewhere.
function nearlyFull(room) {
  const root = twins.copy(undefined, { size: '400m' });
  root.mount(historyFolder, '4m');
  copyStore(saved, root);
  execFileSync('fallocate', ['--length', String(free(root) - room), root.at('/var/tmp/filler')], { timeout: 10_000 });
  return root;
}

// The restored files are 38 MB.
for (const room of [1, 12, 30]) {
  test(`a disk with room for ${room} MiB: exit code 4 and the reason; with more room the next run ends it`, limit, async () => {
    const root = nearlyFull(room * mebibyte);
    const result = await cached(root, 'bulk');
    ended(result, 4);
    assert.match(result.stderr, /error:.*bulk/);
    assert.match(result.stderr, /space/i);
    assert.match(why(root), /space/i);
    assert.equal(root.record().status, 'failure');
    assert.equal(entries(root).length, 1, 'the entry is not to blame, and a failed installation is not saved');
    fs.rmSync(root.at('/var/tmp/filler'));
    ended(await cached(root, 'bulk'), 0);
    await whole(root, ['bulk']);
    // What apt and a killed restore keep for themselves.
    assertEqualContents(savedTree, root, (name) => /^\/var\/lib\/(dpkg\/(status-old|ci-optimizer-.*)|apt\/lists.*)$/.test(name));
    twins.drop(root);
  });
}

test('a store without room: the installation succeeds, is not saved, and the record says so', limit, async () => {
  const root = twins.copy();
  root.mount(storeFolder, '64k');
  ended(await cached(root, 'bulk'), 0);
  await whole(root, ['bulk']);
  assert.match(root.record().caches[0].reason, /not saved: .*space/i);
  assert.deepEqual(fs.readdirSync(root.at(storeFolder)), []);
  twins.drop(root);
});
