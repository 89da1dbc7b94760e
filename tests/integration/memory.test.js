'use strict';
// Snapshot, capture and restore in bounded memory, however large the installation is.
const test = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const { ended } = require('./lib/scene');
const { Twins, startCached, copyStore, why } = require('./lib/twins');

const long = process.env.CI_OPTIMIZER_LONG === '1' ? {} : { skip: 'takes minutes: scripts/test --long' };
const limit = { timeout: 600_000, ...long };
const most = 200 * 1024; // kibibytes

// 3 GB that compress little: one file of 2 GB, and 10,000 of 100 kB.
const huge = {
  name: 'huge',
  postinst: `perl -e '
    srand 7; my $block = join "", map { pack "N", int rand 4294967296 } 1 .. 262144;
    mkdir "/usr/share/huge";
    open my $one, ">", "/usr/share/huge/one" or die $!;
    for my $i (1 .. 2000) { print $one pack("N", $i), substr($block, $i), substr($block, 4, $i) or die $!; }
    close $one or die $!;
    for my $i (1 .. 10000) {
      mkdir "/usr/share/huge/" . $i % 100;
      open my $file, ">", "/usr/share/huge/" . $i % 100 . "/$i" or die $!;
      print $file $i, substr($block, $i, 100000) or die $!;
      close $file or die $!;
    }'`,
};

// The largest resident sets of our processes while `done` is awaited, in kibibytes by subcommand.
async function peaks(done) {
  const found = new Map();
  const look = () => {
    for (const name of fs.readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      try {
        const words = fs.readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
        if (!/(^|\/)ci-optimizer$/.test(words[0]) || !fs.readlinkSync(`/proc/${name}/exe`).endsWith('/opt/ci-optimizer/ci-optimizer')) continue;
        const kibibytes = Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${name}/status`, 'utf8'))?.[1] ?? 0);
        const key = words[1] === 'internal' ? words.slice(1, 4).join(' ') : words[1];
        found.set(key, Math.max(found.get(key) ?? 0, kibibytes));
      } catch {
        // gone meanwhile
      }
    }
  };
  const timer = setInterval(look, 10);
  try {
    return { result: await done, found };
  } finally {
    clearInterval(timer);
  }
}

test('3 GB are captured and restored within 200 MB of memory', limit, async (t) => {
  const twins = await Twins.make({ packages: [huge], installed: [] });
  try {
    const [saved, restored] = [twins.copy(), twins.copy()];
    const first = await peaks(startCached(saved, 'huge', { limit: 300_000 }).done);
    ended(first.result, 0);
    const { size } = fs.statSync(saved.at('/usr/share/huge/one'));
    fs.rmSync(saved.at('/usr/share/huge'), { recursive: true }); // it is in the store by now
    copyStore(saved, restored);
    const second = await peaks(startCached(restored, 'huge', { limit: 300_000 }).done);
    ended(second.result, 0);
    assert.equal(restored.record().apt.tier, 'delta', why(restored));
    assert.equal(fs.statSync(restored.at('/usr/share/huge/one')).size, size);
    for (const step of ['internal delta snapshot', 'internal delta capture']) assert.ok(first.found.has(step), `${step} was seen`);
    assert.ok(second.found.has('internal delta restore'), 'the restore was seen');
    for (const [step, kibibytes] of [...first.found, ...second.found]) {
      t.diagnostic(`${step}: ${Math.round(kibibytes / 1024)} MiB`);
      assert.ok(kibibytes < most, `${step}: ${kibibytes} KiB`);
    }
  } finally {
    await twins.dispose();
  }
});
