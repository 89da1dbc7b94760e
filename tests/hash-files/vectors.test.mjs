// The values that GitHub's runner gave for small trees; null where the expression failed.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { hashFiles } from './command.mjs';
import { makeTree, temporaryFolder } from './tree.mjs';

const read = (name) => JSON.parse(fs.readFileSync(new URL(`../vectors/hash-files/${name}`, import.meta.url), 'utf8'));
const vectors = read('vectors.json');
const trees = read('trees.json');

test('there are vectors', () => assert.ok(vectors.length >= 32));

for (const { tree, patterns, runner, runner_follow: runnerFollow } of vectors) {
  test(`${tree}: ${JSON.stringify(patterns)}`, (t) => {
    const workspace = makeTree(path.join(temporaryFolder(t), tree), trees[tree]);
    const lines = patterns.replaceAll('$WS', workspace).split('\n');
    assert.equal(hashFiles(workspace, lines).hash, runner);
    assert.equal(hashFiles(workspace, [lines.join('\n')]).hash, runner, 'as one argument');
    assert.equal(hashFiles(workspace, lines, { follow: true }).hash, runnerFollow, 'following links');
  });
}
