// Paths of a user's own in a bucket: cache restore, save, list and prune.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Service } from './service.mjs';

const binary = process.env.CI_OPTIMIZER ?? fileURLToPath(new URL('../../build/dev/src/ci-optimizer', import.meta.url));
const large = randomBytes(25 << 20); // several parts and ranges
let service, workspace;
before(async () => {
  service = await new Service().start();
  workspace = fs.mkdtempSync(path.join(os.tmpdir(), 'ci-optimizer-'));
  fs.mkdirSync(path.join(workspace, 'out/sub'), { recursive: true });
  fs.writeFileSync(path.join(workspace, 'out/large'), large);
  fs.writeFileSync(path.join(workspace, 'out/sub/small'), 'small');
});
after(async () => {
  await service.stop();
  fs.rmSync(workspace, { recursive: true, force: true });
});

// Runs `cache COMMAND` with the bucket as its store and returns the document that it prints.
async function cache(...args) {
  const env = { PATH: process.env.PATH, HOME: workspace, GITHUB_WORKSPACE: workspace, ...service.environment };
  const child = spawn(binary, ['cache', ...args, '--store', 's3://ci-cache/paths', '--json'], { env, cwd: workspace });
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000);
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => { out += chunk; });
  child.stderr.on('data', (chunk) => { err += chunk; });
  const [code] = await once(child, 'close');
  clearTimeout(timer);
  assert.equal(code, 0, err);
  return JSON.parse(out);
}

test('paths go to a bucket and come back', async () => {
  for (const key of ['web-1111aaaa', 'web-2222aaaa']) assert.equal((await cache('save', '--key', key, '--path', 'out')).status, 'saved');
  assert.equal((await cache('save', '--key', 'web-1111aaaa', '--path', 'out')).status, 'already there');
  fs.rmSync(path.join(workspace, 'out'), { recursive: true });
  const restored = await cache('restore', '--key', 'web-x', '--restore-key', 'web-', '--path', 'out');
  assert.deepEqual([restored.outcome, restored.matched_key], ['prefix', 'web-2222aaaa']);
  assert.ok(fs.readFileSync(path.join(workspace, 'out/large')).equals(large));
  assert.deepEqual((await cache('prune')).removed.map(({ key }) => key), ['web-1111aaaa']);
  assert.deepEqual((await cache('list')).entries.map(({ key }) => key), ['web-2222aaaa']);
});

test('an object that is damaged on its way is a miss that leaves nothing', async () => {
  fs.rmSync(path.join(workspace, 'out'), { recursive: true, force: true });
  service.fault(/^GET .*web-2222aaaa|^GET \/ci-cache\/paths\//, { truncate: 1000 });
  const restored = await cache('restore', '--key', 'web-2222aaaa', '--path', 'out', '--budget', '5s');
  assert.equal(restored.outcome, 'miss');
  assert.ok(!fs.existsSync(path.join(workspace, 'out')));
  service.mend();
  assert.equal((await cache('restore', '--key', 'web-2222aaaa', '--path', 'out')).outcome, 'exact');
});
