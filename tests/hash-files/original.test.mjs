// Random patterns over random trees: our answer is the one of the real @actions/glob. A difference prints its seed.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { hashFiles } from './command.mjs';
import { originalHashFiles } from './original.mjs';
import { temporaryFolder } from './tree.mjs';

const names = ['a', 'b', 'ab', 'a.go', 'b.go', 'x.go', 'go.sum', '.a', '.go', 'A', 'Z', '_', '~t', 'é', 'é.go', '😀', 'a b', 'a-b', 'a.b',
  '{a,b}', '[a]', 'a]', '[', '!x', 'x', '#c', '*', '?', 'a\\b', 'undefined', 'vendor', '@', '\n', 'x\na', '+(a)', '^', '-', '|', 'z', ']',
  '[]', '..a', 'a..', '...', '\u2028x', '$', 'd'];
const pieces = ['a', 'b', 'x', 'z', 'd', '.', '*', '**', '?', '[', ']', '!', '^', '-', '\\', 'é', '😀', '{', '}', ',', '(', ')', '@', '+', '|',
  '[a-z]', '[!a]', '[^a]', '[ab]', '[z-a]', '[[]', '[]]', '[\\]]', '[!]x]', '[a\\-z]', '[[:alpha:]]', '\\@', '\\d', '.go', 'go', '#', ' ', '$', '_', '~'];
const common = ['*', '*.go', '?', '*.*', '.*', '[a-z]*', '**', '**', '**'];
const workspaceNames = ['w', 'w[a]', 'w*?', 'w\\s', 'w s'];

// The same numbers for the same seed (mulberry32).
function randomOf(seed) {
  let state = seed >>> 0;
  const below = (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
  return { below, pick: (list) => list[below(list.length)], times: (most, make) => Array.from({ length: 1 + below(most) }, make) };
}

// Fills a folder with files, folders, links that work, links that do not, and names that are not UTF-8.
function fill(random, folder, depth, outside) {
  fs.mkdirSync(folder, { recursive: true });
  for (const name of [...random.times(8, () => random.pick(names)), 'a', 'b.go']) {
    const file = path.join(folder, name);
    if (fs.lstatSync(file, { throwIfNoEntry: false })) continue;
    const kind = random.below(100);
    if (depth > 0 && kind < 35) fill(random, file, depth - 1, outside);
    else if (kind < 90) fs.writeFileSync(file, `contents ${random.below(1000)}`);
    else if (kind < 97) fs.symlinkSync(random.pick(['a', '..', '.', '../a', '../..', outside, `${outside}/b.go`]), file);
    else if (kind < 99) fs.symlinkSync('nowhere', file);
    else fs.writeFileSync(Buffer.concat([Buffer.from(file), Buffer.from([0xff, 0xe2, 0x82])]), 'raw');
  }
}

function pattern(random, workspace, link) {
  const segment = () => {
    const kind = random.below(10);
    if (kind < 5) return random.pick(common);
    return kind < 7 ? random.pick(names).replaceAll('\n', 'a') : random.times(4, () => random.pick(pieces)).join('');
  };
  const sign = random.below(4) === 0 ? random.pick(['!', '!!', '! ']) : '';
  const beginning = random.pick(['', '', '', '', '', '', './', `${workspace}/`, '~/', `${link}/`]);
  const slash = random.below(20) === 0 ? '//' : '/';
  const end = random.below(6) === 0 ? '/' : random.below(30) === 0 ? random.pick([' /', '/ ', ' ', '/.', '/..', '\t', '\u00a0']) : '';
  const text = beginning + random.times(3, segment).join(slash) + end;
  // A pattern that begins in "/" would walk the whole machine.
  return sign + (text.startsWith('/') && !beginning ? `.${text}` : text);
}

for (const seed of [1, 2, 3]) {
  test(`random patterns and trees, seed ${seed}`, { timeout: 300_000 }, async (t) => {
    const random = randomOf(seed);
    const outcomes = { matched: 0, empty: 0, failed: 0 };
    for (let round = 0; round < 15; round++) {
      const folder = temporaryFolder(t);
      const outside = path.join(folder, 'outside');
      fs.mkdirSync(outside);
      fs.writeFileSync(path.join(outside, 'b.go'), 'outside');
      const workspace = path.join(folder, 'some/depth', random.pick(workspaceNames)); // so that links to .. stay inside;
      fill(random, workspace, 3, outside);
      const link = path.join(folder, 'link');
      fs.symlinkSync(workspace, link);
      for (let query = 0; query < 20; query++) {
        const patterns = random.times(3, () => pattern(random, workspace, link));
        const options = { follow: random.below(2) === 1, env: { HOME: path.join(workspace, 'a') } };
        const original = await originalHashFiles(workspace, patterns, options);
        const ours = hashFiles(workspace, patterns, options);
        const label = `seed ${seed}, round ${round}: ${JSON.stringify({ workspace: path.basename(workspace), patterns, follow: options.follow, original, ours })}`;
        assert.equal(ours.hash, original.hash, label);
        assert.deepEqual(ours.files, original.files, label);
        outcomes[original.hash ? 'matched' : original.hash === '' ? 'empty' : 'failed']++;
      }
    }
    t.diagnostic(JSON.stringify(outcomes));
    assert.ok(outcomes.matched > 30 && outcomes.failed > 5, 'the patterns reach files and failures');
  });
}
