'use strict';
// Damaged entries, and restores that are killed: the packages are installed at the end, and no half state is called good.
const test = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const { ended, whole } = require('./lib/scene');
const { until } = require('./lib/root');
const { Twins, bulk, request, requested, cached, startCached, copyStore, entries, whole: treeOf, assertSame, assertEqualContents, why, aptStarted } = require('./lib/twins');

const long = process.env.CI_OPTIMIZER_LONG === '1';
const limit = { timeout: long ? 600_000 : 120_000 };
let twins, saved, savedTree;

test.before(async () => {
  twins = await Twins.make({ further: [bulk] });
  saved = twins.copy();
  ended(await cached(saved, everything), 0);
  assert.equal(entries(saved).length, 1, JSON.stringify(saved.record().caches));
  savedTree = treeOf(saved);
}, limit);
test.after(() => twins?.dispose());

const everything = `${request} bulk`;

// What stays of a restore that was begun and not ended: the sign that nothing here may be saved.
function removeMarks(root) {
  for (const name of fs.readdirSync(root.at('/var/lib/dpkg'))) {
    if (name.startsWith('ci-optimizer-')) fs.rmSync(root.at(`/var/lib/dpkg/${name}`), { recursive: true });
  }
}

// A copy of the base with the store that `saved` filled.
function prepared() {
  const root = twins.copy();
  copyStore(saved, root);
  return root;
}

// A run on a machine whose store is damaged by `damage(file)`. Returns "delta" or "network", whichever served.
async function withDamage(name, damage) {
  const root = prepared();
  const [entry] = entries(root);
  damage(entry.data);
  const result = await cached(root, everything);
  assert.equal(result.code, 0, `${name}: ${result.stderr}`);
  assert.equal(result.leftovers, '', name);
  const { tier } = root.record().apt;
  try {
    if (tier === 'delta') {
      assertSame(savedTree, root);
    } else {
      assert.ok(why(root), 'a reason is given');
      removeMarks(root);
      assertEqualContents(savedTree, root);
    }
    await whole(root, [...requested, 'bulk']);
    if (tier === 'network') {
      assert.ok(!entries(root).some((one) => one.key === entry.key), 'the damaged entry is gone');
      assert.ok(!root.record().problems.some((one) => /begun and not ended/.test(one.message)), 'nothing was changed');
    }
  } catch (error) {
    error.message = `${name}: (${why(root)}): ${error.message}`;
    throw error;
  }
  twins.drop(root);
  return tier;
}

test('a flipped byte anywhere in the archive is noticed', limit, async () => {
  const size = fs.statSync(entries(saved)[0].data).size;
  const places = long ? 40 : 6;
  for (let i = 0; i < places; ++i) {
    // Both ends, and evenly in between.
    const at = Math.round((i / (places - 1)) * (size - 1));
    const tier = await withDamage(`byte ${at} of ${size}`, (file) => {
      const handle = fs.openSync(file, 'r+');
      const byte = Buffer.alloc(1);
      fs.readSync(handle, byte, 0, 1, at);
      byte[0] ^= 0x40;
      fs.writeSync(handle, byte, 0, 1, at);
      fs.closeSync(handle);
    });
    assert.equal(tier, 'network', `byte ${at} of ${size}`);
  }
});

test('an archive that is cut, empty or too long is noticed', limit, async () => {
  const size = fs.statSync(entries(saved)[0].data).size;
  const cuts = long ? 10 : 2;
  const damages = Array.from({ length: cuts }, (_, i) => Math.floor((i / cuts) * size))
    .map((keep) => [`cut to ${keep}`, (file) => fs.truncateSync(file, keep)]);
  damages.push(['one byte short', (file) => fs.truncateSync(file, size - 1)], ['one byte more', (file) => fs.appendFileSync(file, 'x')]);
  for (const [name, damage] of damages) assert.equal(await withDamage(name, damage), 'network', name);
});

// Kills everything in the root `wait` milliseconds after the start. Returns whether the run had ended before.
async function killedAfter(root, wait) {
  const run = startCached(root, everything);
  const killed = new Promise((resolve) => setTimeout(() => resolve(run.kill()), wait));
  const over = await run.done.then((result) => result.code === 0, () => false);
  await killed;
  return over;
}

test('a restore killed at any moment is ended by the next run, exactly', limit, async (t) => {
  const whole = prepared();
  const { seconds } = await cached(whole, everything);
  twins.drop(whole);
  const moments = long ? 50 : 8;
  let between = 0;
  for (let i = 0; i < moments; ++i) {
    const root = prepared();
    const wait = Math.round(Math.random() * seconds * 1000);
    const over = await killedAfter(root, wait);
    const halfway = !over && root.exists('/usr/share/bulk');
    if (halfway) ++between;
    ended(await cached(root, everything), 0);
    const { tier } = root.record().apt;
    try {
      assert.ok(['delta', 'none'].includes(tier), `tier ${tier}: ${why(root)}`);
      assert.equal(aptStarted(root), false);
      assertSame(savedTree, root);
    } catch (error) {
      error.message = `killed after ${wait} of ${Math.round(seconds * 1000)} ms (over: ${over}, half-way: ${halfway}, tier ${tier}): ${error.message}`;
      throw error;
    }
    twins.drop(root);
  }
  t.diagnostic(`${between} of ${moments} were killed between the first file and the last`);
});

// What a restore leaves that is killed once dpkg's status file is in place (docs/DELTA.md, "Restoring").
async function leaveMarks(root, commands = []) {
  const left = await root.run(['sh', '-ec', `cd /var/lib/dpkg; time=$(stat -c %.9Y . | tr -d .)
    mkdir -m 700 ci-optimizer-0-abcdef; echo 1 >ci-optimizer-0-abcdef/former-0; : >ci-optimizer-0-abcdef/journal
    for receipt in ../ci-optimizer/receipts/*; do mv "$receipt" "ci-optimizer-0-abcdef/receipt-\${receipt##*/}"; done
    { stat -c '%d %i %.9Y %s' status | tr -d .; echo "$time"; echo ci-optimizer-0-abcdef; echo '${JSON.stringify(commands)}'; } >ci-optimizer-published`]);
  assert.equal(left.code, 0, left.stderr);
}

test('a restore killed after dpkg knew of the packages is ended by a run that has nothing to install', limit, async () => {
  const root = prepared();
  ended(await cached(root, everything), 0);
  await leaveMarks(root, [['touch', '/run/first'], ['cp', '/run/first', '/run/second']]);
  ended(await cached(root, everything), 0);
  assert.equal(root.record().apt.tier, 'none');
  assert.ok(root.exists('/run/second'), 'the commands that follow the files were run');
  for (const one of ['first', 'second']) fs.rmSync(root.at(`/run/${one}`));
  assert.deepEqual(root.record().problems, []);
  assertSame(savedTree, root);
  ended(await root.run(['ci-optimizer', 'apt', 'status', '--exact']), 0);
  ended(await cached(root, 'other'), 0);
  assert.equal(entries(root).length, 2, `saved as on any machine: ${JSON.stringify(root.record().caches)}`);
  twins.drop(root);
});

// Kills everything in the root `wait` milliseconds after a restore has put its first files in place. Returns whether it
// had not told dpkg of the packages yet.
async function killedHalfway(root, wait = 0) {
  const run = startCached(root, everything);
  const over = run.done.catch(() => {});
  await until('the first files', () => root.exists('/usr/share/bulk'));
  await new Promise((resolve) => setTimeout(resolve, wait));
  run.kill();
  await over;
  return !/^Package: bulk$/m.test(fs.readFileSync(root.at('/var/lib/dpkg/status'), 'utf8'));
}

test('a restore killed half-way is mended by a real installation when the entry is gone', limit, async (t) => {
  const moments = long ? 20 : 3;
  let between = 0;
  for (let tries = 0; between < moments && tries < 5 * moments; ++tries) {
    const root = prepared();
    const halfway = await killedHalfway(root, Math.random() * 100);
    if (!halfway) {
      twins.drop(root);
      continue;
    }
    ++between;
    ended(await cached(root, everything, { args: ['--cache', 'off'] }), 0);
    assert.equal(root.record().apt.tier, 'network');
    removeMarks(root);
    assertEqualContents(savedTree, root);
    twins.drop(root);
  }
  assert.ok(between > 0, 'at least one was killed half-way');
  t.diagnostic(`${between} were killed half-way`);
});

test('SIGTERM in the midst of a restore: 143, and the next run ends it', limit, async () => {
  const root = prepared();
  const run = startCached(root, everything);
  await until('the first files', () => root.exists('/usr/share/bulk'));
  run.signal('SIGTERM');
  const result = await run.done;
  ended(result, 143);
  assert.equal(root.record().status, 'cancelled');
  assert.equal(entries(root).length, 1, 'the entry is not to blame');
  ended(await cached(root, everything), 0);
  // The signal may have come after dpkg's status file: then there is nothing to do.
  assert.ok(['delta', 'none'].includes(root.record().apt.tier), why(root));
  assertSame(savedTree, root);
});

test('what a real installation made of a half-restored machine is not saved', limit, async () => {
  const root = prepared();
  await killedHalfway(root);
  for (const { folder } of entries(root)) fs.rmSync(folder, { recursive: true });
  ended(await cached(root, everything), 0);
  assert.equal(root.record().apt.tier, 'network');
  await whole(root, [...requested, 'bulk']);
  assert.deepEqual(entries(root), []);
  assert.match(root.record().caches[0].reason, /not saved: .*killed/);
});

test('two runs at once in one root both end, and the tree is right', limit, async () => {
  const root = prepared();
  const both = await root.run(['sh', '-c', `
    run() { ci-optimizer optimize --packages '${everything}' --history file:/var/tmp/history-$1 --cache-store file:/var/tmp/store >&2; echo $1 $?; }
    run 1 & run 2; wait`]);
  assert.equal(both.leftovers, '');
  assert.deepEqual(both.stdout.trim().split('\n').sort(), ['1 0', '2 0'], both.stderr);
  await whole(root, [...requested, 'bulk']);
  // One of them may have found dpkg in use, and asked apt: apt's folders have another time then.
  assertEqualContents(savedTree, root);
});

test('with nothing to install, what another process of dpkg may be at work on is left, and the warning says so', limit, async () => {
  const root = prepared();
  ended(await cached(root, everything), 0);
  fs.mkdirSync(root.at('/var/lib/dpkg/ci-optimizer-0-begun'));
  const locked = `open(F, "+<", "/var/lib/dpkg/lock-frontend"); $l = pack("ssx4qqlx4", F_WRLCK, 0, 0, 0, 0); fcntl(F, F_SETLK, $l) or die $!;
    exit(system(@ARGV) >> 8)`;
  ended(await root.run(['perl', '-MFcntl', '-e', locked, 'ci-optimizer', 'optimize', '--packages', everything, '--history', 'file:/var/tmp/history']), 0);
  const { apt, problems } = root.record();
  assert.equal(apt.tier, 'none');
  assert.match(problems.map((one) => one.message).join('\n'), /left as it is: dpkg is in use by another process/);
  assert.ok(root.exists('/var/lib/dpkg/ci-optimizer-0-begun'));
});

test('users of the target outlive a restore that is killed', limit, async (t) => {
  let halfway = 0;
  for (let tries = 0; halfway < 2 && tries < 10; ++tries) {
    const root = prepared();
    fs.appendFileSync(root.at('/etc/passwd'), 'extra:x:4711:4711::/nowhere:/bin/false\n');
    if (await killedHalfway(root, Math.random() * 60)) {
      ++halfway;
      ended(await cached(root, everything), 0);
      assert.match(fs.readFileSync(root.at('/etc/passwd'), 'utf8'), /^extra:/m, `killed half-way, then tier ${root.record().apt.tier}`);
    }
    twins.drop(root);
  }
  t.diagnostic(`${halfway} were killed half-way`);
});
