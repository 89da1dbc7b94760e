// Times hash-files beside other ways to hash the same files, in turns. See `scripts/bench --help`.
// Usage: bench-hash-files.mjs BINARY TREE RUNS
import { spawnSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';

const [binary, tree, runs] = process.argv.slice(2);
const patterns = ['**/*.go', '**/go.sum'];
const listing = "find . -type f '(' -name '*.go' -o -name go.sum ')' -print0 | LC_ALL=C sort -z";
const original = fileURLToPath(new URL('../../tests/hash-files/print-original.mjs', import.meta.url));
const ways = [
  { name: 'hash-files', argv: [binary, 'hash-files', ...patterns] },
  { name: `find | sort | xargs -P${cpus().length} sha256sum`, argv: ['sh', '-c', `${listing} | xargs -0 -n 400 -P ${cpus().length} sha256sum`] },
  { name: 'find | sort | xargs sha256sum', argv: ['sh', '-c', `${listing} | xargs -0 sha256sum`] },
  { name: 'node, @actions/glob', argv: [process.execPath, original, ...patterns], most: 3 }, // takes seconds
];

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

// Seconds of one run, which must succeed.
function time(way) {
  const began = process.hrtime.bigint();
  const { status, stdout, stderr, error } = spawnSync(way.argv[0], way.argv.slice(1),
    { cwd: tree, env: { ...process.env, GITHUB_WORKSPACE: tree }, encoding: 'utf8', maxBuffer: 2 ** 28, timeout: 120_000 });
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  if (error || status !== 0) throw new Error(`${way.name}: ${error?.message ?? stderr}`);
  way.output = stdout;
  return seconds;
}

for (const way of ways) {
  time(way); // what it reads is in memory from here on
  way.seconds = [];
}
for (let round = 0; round < Number(runs); round++) {
  // Who goes first changes from round to round.
  for (let turn = 0; turn < ways.length; turn++) {
    const way = ways[(turn + round) % ways.length];
    way.seconds[round] = round < (way.most ?? Infinity) ? time(way) : undefined;
  }
}

const [ours, ...others] = ways;
const reference = ways.at(-1);
if (ours.output !== reference.output) throw new Error(`hash-files gives ${ours.output.trim()}, @actions/glob ${reference.output.trim()}`);
console.log(`${ways[2].output.trim().split('\n').length} files, ${runs} rounds, ${cpus().length} cores, load ${loadavg().map((load) => load.toFixed(1)).join(' ')}`);
for (const way of ways) console.log(`${way.name.padEnd(36)} median ${(median(way.seconds.filter(Boolean)) * 1000).toFixed(0).padStart(5)} ms`);
for (const way of others) {
  const ratios = way.seconds.flatMap((seconds, round) => (seconds ? [ours.seconds[round] / seconds] : []));
  console.log(`hash-files / ${way.name}: median ${median(ratios).toFixed(3)}, least ${Math.min(...ratios).toFixed(3)}, most ${Math.max(...ratios).toFixed(3)} of ${ratios.length} rounds`);
}
