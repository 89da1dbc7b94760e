'use strict';
// `cache restore|save|list|prune` and the configuration's caches, against a folder and against the cache service.
const test = require('node:test');
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const { randomBytes } = require('node:crypto');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const { inPlace, tree } = require('./lib/paths');

const limit = { timeout: 120_000 };

// A tree with everything that a cache may hold.
function fill(place) {
  place.write('build/assets/app.js', 'x'.repeat(100_000));
  place.write('build/assets/sub/b.css', 'body {}');
  place.write('build/assets/empty.txt', '');
  place.write('build/assets/closed/module.go', 'package closed');
  fs.mkdirSync(place.at('build/assets/nothing'));
  fs.symlinkSync('app.js', place.at('build/assets/link'));
  fs.symlinkSync('../../nowhere', place.at('build/assets/broken'));
  fs.linkSync(place.at('build/assets/sub/b.css'), place.at('build/assets/sub/c.css'));
  fs.chmodSync(place.at('build/assets/app.js'), 0o755);
  fs.utimesSync(place.at('build/assets/app.js'), 1_600_000_000, 1_600_000_000);
  fs.chmodSync(place.at('build/assets/closed/module.go'), 0o444);
  fs.chmodSync(place.at('build/assets/closed'), 0o555);
  fs.writeFileSync(path.join(place.home, 'tool.bin'), 'tool');
}

function empty(place) {
  execFileSync('chmod', ['-R', 'u+w', place.workspace]);
  for (const folder of [place.workspace, place.home]) fs.rmSync(folder, { recursive: true });
  for (const folder of [place.workspace, place.home]) fs.mkdirSync(folder);
}

const paths = ['--path', 'build/assets', '--path', '~/tool.bin'];
const save = (place, key, ...more) => place.json('cache', 'save', '--store', place.store, '--key', key, ...paths, ...more);
const restore = (place, key, ...more) => place.json('cache', 'restore', '--store', place.store, '--key', key, ...paths, ...more);

test('what was saved comes back as it was', limit, () => inPlace(async (place) => {
  fill(place);
  const before = [tree(place.at('build/assets')), tree(place.home)];
  assert.equal((await save(place, 'web-1')).status, 'saved');
  empty(place);
  const restored = await restore(place, 'web-1');
  assert.equal(restored.outcome, 'exact');
  assert.ok(restored.bytes > 0 && restored.restore_seconds >= 0);
  const after = [tree(place.at('build/assets')), tree(place.home)];
  assert.deepEqual(after[0], before[0]);
  assert.equal(fs.readFileSync(path.join(place.home, 'tool.bin'), 'utf8'), 'tool');
  assert.equal((await restore(place, 'web-1')).outcome, 'exact', 'over what is there, read-only folders too');
  assert.deepEqual(tree(place.at('build/assets')), before[0]);
}));

test('a key is saved once, and entries with other paths are never taken for it', limit, () => inPlace(async (place) => {
  fill(place);
  await save(place, 'web-1');
  assert.equal((await save(place, 'web-1')).status, 'already there');
  const other = await place.json('cache', 'restore', '--store', place.store, '--key', 'web-1', '--path', 'build');
  assert.equal(other.outcome, 'miss');
  assert.match(other.reason, /saved for other paths: build\/assets ~\/tool\.bin/);
  const same = await place.json('cache', 'restore', '--store', place.store, '--key', 'web-1', '--path', './build/assets', '--path', `${place.home}/tool.bin`);
  assert.equal(same.outcome, 'exact', 'the same paths spelt otherwise');
}));

test('restore keys find the newest, and a miss fails only where that is asked for', limit, () => inPlace(async (place) => {
  fill(place);
  await save(place, 'web-1');
  fs.writeFileSync(place.at('build/assets/app.js'), 'newer');
  await save(place, 'web-2');
  empty(place);
  const restored = await restore(place, 'web-3', '--restore-key', 'none-', '--restore-key', 'web-');
  assert.deepEqual([restored.outcome, restored.matched_key], ['prefix', 'web-2']);
  assert.equal(fs.readFileSync(place.at('build/assets/app.js'), 'utf8'), 'newer');
  const miss = await restore(place, 'other');
  assert.deepEqual([miss.outcome, miss.matched_key, miss.reason], ['miss', '', 'no entry has the key']);
  const failed = await place.run('cache', 'restore', '--store', place.store, '--key', 'other', ...paths, '--fail-on-miss');
  assert.equal(failed.code, 4);
}));

test('patterns choose, a later ! leaves out, and sockets and FIFOs are left out with a warning', limit, () => inPlace(async (place) => {
  for (const name of ['out/a.o', 'out/b.o', 'out/b.c', 'out/deep/c.o', 'out/skip/d.o', 'out/caf\u00e9.o']) place.write(name);
  fs.writeFileSync(Buffer.concat([Buffer.from(`${place.workspace}/out/`), Buffer.from([0xff]), Buffer.from('.o')]), 'not UTF-8');
  execFileSync('mkfifo', [place.at('out/fifo.o')]);
  const saved = await place.run('cache', 'save', '--store', place.store, '--key', 'k', '--path', 'out/**/*.o\n!out/skip');
  assert.match(saved.stdout, /^saved: k /);
  assert.match(saved.stderr, /1 sockets, FIFOs or devices/);
  fs.rmSync(place.at('out'), { recursive: true });
  const restored = await place.json('cache', 'restore', '--store', place.store, '--key', 'k', '--path', 'out/**/*.o\n!out/skip');
  assert.equal(restored.outcome, 'exact');
  const names = fs.readdirSync(place.at('out'), { encoding: 'latin1', recursive: false }).sort();
  assert.deepEqual(names, ['a.o', 'b.o', Buffer.from('caf\u00e9.o').toString('latin1'), 'deep', '\u00ff.o'].sort());
}));

test('nothing to save, wrong keys and wrong paths', limit, () => inPlace(async (place) => {
  assert.equal((await save(place, 'k')).status, 'nothing to save');
  for (const [args, message] of [
    [['--key', 'a,b', '--path', 'x'], /comma/],
    [['--key', 'k', '--path', '!x'], /no path is given/],
    [['--key', 'k', '--path', '../x'], /invalid pattern '\.\.\/x'/],
    [['--key', 'x'.repeat(513), '--path', 'x'], /513 characters/],
  ]) {
    const result = await place.run('cache', 'save', '--store', place.store, ...args);
    assert.equal(result.code, 64, result.stderr);
    assert.match(result.stderr, message);
  }
}));

test('a damaged entry is a miss that changes nothing and is removed', limit, () => inPlace(async (place) => {
  fill(place);
  await save(place, 'web-1');
  const entry = fs.readdirSync(`${place.folder}/store`).find((name) => name.startsWith('entry-'));
  const kept = path.join(place.folder, 'kept');
  execFileSync('cp', ['-a', `${place.folder}/store/${entry}`, kept]);
  empty(place);
  place.write('build/assets/app.js', 'mine');
  const before = tree(place.at('build/assets/app.js'));
  const size = fs.statSync(`${kept}/data`).size;
  for (let i = 0; i < 24; i++) {
    execFileSync('cp', ['-a', '-T', kept, `${place.folder}/store/${entry}`]);
    const file = `${place.folder}/store/${entry}/data`;
    const at = Math.floor((size * i) / 24);
    if (i % 2 === 0) {
      const bytes = fs.readFileSync(file);
      bytes[at] ^= 0x10;
      fs.writeFileSync(file, bytes);
    } else {
      fs.truncateSync(file, at);
    }
    const restored = await restore(place, 'web-1');
    assert.equal(restored.outcome, 'miss', `byte ${at}`);
    assert.match(restored.reason, i % 2 === 0 ? /damaged|no ci-optimizer archive|version/ : /^no entry has the key$/);
    assert.deepEqual(tree(place.at('build/assets/app.js')), before);
    assert.deepEqual(fs.readdirSync(place.at('build/assets')), ['app.js'], `byte ${at}`);
    if (i % 2 === 0) assert.ok(!fs.existsSync(file), `the damaged entry is gone (byte ${at})`);
    fs.rmSync(`${place.folder}/store/${entry}`, { recursive: true, force: true });
  }
}));

test('a link in the place of a declared folder is replaced, not followed', limit, () => inPlace(async (place) => {
  fill(place);
  await place.json('cache', 'save', '--store', place.store, '--key', 'k', '--path', 'build');
  empty(place);
  fs.mkdirSync(place.at('outside'));
  fs.symlinkSync(place.at('outside'), place.at('build'));
  const restored = await place.json('cache', 'restore', '--store', place.store, '--key', 'k', '--path', 'build');
  assert.equal(restored.outcome, 'exact');
  assert.deepEqual(fs.readdirSync(place.at('outside')), []);
  assert.ok(fs.lstatSync(place.at('build')).isDirectory());
}));

test('prune removes what newer entries of a series have taken the place of, and nothing else', limit, () => inPlace(async (place) => {
  fill(place);
  for (const key of ['web-linux-1111aaaa', 'web-linux-2222bbbb', 'web-linux-3333cccc', 'web-debug', 'web-release', 'other-0001aaaa']) await save(place, key);
  const keys = async () => (await place.json('cache', 'list', '--store', place.store)).entries.map(({ key }) => key).sort();
  const planned = await place.json('cache', 'prune', '--store', place.store, '--dry-run');
  assert.deepEqual(planned.removed.map(({ key }) => key), ['web-linux-2222bbbb', 'web-linux-1111aaaa']);
  assert.equal((await keys()).length, 6);
  assert.deepEqual((await place.json('cache', 'prune', '--store', place.store, '--older-than', '1h')).removed, []);
  await place.json('cache', 'prune', '--store', place.store, '--keep', '2');
  assert.deepEqual(await keys(), ['other-0001aaaa', 'web-debug', 'web-linux-2222bbbb', 'web-linux-3333cccc', 'web-release']);
  const listed = await place.json('cache', 'list', '--store', place.store, 'web-linux');
  assert.deepEqual(listed.entries.map(({ key }) => key), ['web-linux-3333cccc', 'web-linux-2222bbbb']);
  assert.ok(listed.entries.every(({ bytes, age_seconds: age }) => bytes > 0 && age >= 0 && age < 60));
}));

test('of eight savers of one key one wins, and the entry is whole', limit, () => inPlace(async (place) => {
  fill(place);
  const before = tree(place.at('build/assets'));
  const statuses = (await Promise.all(Array.from({ length: 8 }, () => save(place, 'k')))).map(({ status }) => status).sort();
  assert.deepEqual(statuses, [...Array(7).fill('already there'), 'saved']);
  empty(place);
  assert.equal((await restore(place, 'k')).outcome, 'exact');
  assert.deepEqual(tree(place.at('build/assets')), before);
}));

test('a restore or save that is killed leaves nothing that is taken for whole', limit, () => inPlace(async (place) => {
  for (let i = 0; i < 300; i++) place.write(`many/d${i % 10}/f${i}`, String(i).repeat(5000));
  const many = ['--path', 'many'];
  const before = tree(place.at('many'));
  for (let i = 0; i < 12; i++) {
    const saver = place.start(['cache', 'save', '--store', place.store, '--key', 'k', ...many]);
    const ended = once(saver, 'close');
    setTimeout(() => saver.kill('SIGKILL'), i * 3);
    await ended;
    const { entries } = await place.json('cache', 'list', '--store', place.store);
    if (entries.length > 0) break;
  }
  await place.json('cache', 'save', '--store', place.store, '--key', 'k', ...many);
  for (let i = 0; i < 12; i++) {
    fs.rmSync(place.at('many'), { recursive: true, force: true });
    const restorer = place.start(['cache', 'restore', '--store', place.store, '--key', 'k', ...many]);
    const ended = once(restorer, 'close');
    setTimeout(() => restorer.kill('SIGKILL'), i * 3);
    await ended;
    const again = await place.json('cache', 'restore', '--store', place.store, '--key', 'k', ...many);
    assert.equal(again.outcome, 'exact');
    assert.deepEqual(tree(place.at('many')), before);
  }
}));

// A folder of so much room, mounted at `name` in the workspace while `body` runs.
async function withRoom(place, name, size, body) {
  fs.mkdirSync(place.at(name), { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', place.at(name)], { timeout: 10_000 });
  try {
    await body();
  } finally {
    execFileSync('umount', [place.at(name)], { timeout: 10_000 });
  }
}

const asRoot = { ...limit, skip: process.getuid() === 0 ? false : 'mounting a small file system needs root' };

test('a full disk costs the cache, changes nothing and fails no job', asRoot, () => inPlace(async (place) => {
  const files = ['1', '2', '3', '4'].map((name) => `small/data/${name}`);
  for (const file of files) place.write(file, randomBytes(500_000));
  const arguments_ = ['--key', 'k', '--path', 'small/data'];
  assert.equal((await place.json('cache', 'save', '--store', place.store, ...arguments_)).status, 'saved');
  fs.renameSync(place.at('small/data'), place.at('kept'));

  await withRoom(place, 'small', '1m', async () => {
    const nothing = await place.json('cache', 'restore', '--store', place.store, ...arguments_);
    assert.equal(nothing.outcome, 'miss');
    assert.match(nothing.reason, /No space left on device/);
    assert.deepEqual(fs.readdirSync(place.at('small')), []);
    place.write('small/data/1', 'older');
    place.write('small/data/mine', 'mine');
    const before = tree(place.at('small/data')).slice(1); // without the time of the folder
    assert.equal((await place.json('cache', 'restore', '--store', place.store, ...arguments_)).outcome, 'miss');
    assert.deepEqual(tree(place.at('small/data')).slice(1), before);
  });
  assert.equal((await place.json('cache', 'restore', '--store', place.store, ...arguments_)).outcome, 'exact', 'the entry is as good as before');
  assert.deepEqual(tree(place.at('small/data')), tree(place.at('kept')));

  await withRoom(place, 'store', '1m', async () => {
    const store = ['--store', `file:${place.at('store')}`];
    const saved = await place.json('cache', 'save', ...store, ...arguments_);
    assert.equal(saved.status, 'no room', saved.reason);
    assert.deepEqual((await place.json('cache', 'list', ...store)).entries, []);
    fs.writeFileSync(place.at('small/data/1'), 'little');
    for (const name of ['2', '3', '4']) fs.rmSync(place.at(`small/data/${name}`));
    assert.equal((await place.json('cache', 'save', ...store, ...arguments_)).status, 'saved', 'what failed has left no room taken');
  });
}));
