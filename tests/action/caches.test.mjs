// The configuration's caches through the whole action: restored by main, filled by later steps, saved by post.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import Ajv from 'ajv';
import { makeToken } from '../cache-service/entries.mjs';
import { CacheService } from '../cache-service/service.mjs';
import { copyAction, repository } from './action-copy.mjs';
import { runAction } from './runner.mjs';

const helper = process.env.CI_OPTIMIZER || path.join(repository, 'build/dev/src/ci-optimizer');
const skip = fs.existsSync(helper) ? false : `${helper} is not built`;

const isRecord = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(
  JSON.parse(fs.readFileSync(path.join(repository, 'docs/schemas/record.schema.json'), 'utf8')),
);

// Runs a job of the action in a fresh workspace, with `build` as its later steps.
async function job(t, service, { build, inputs = {}, ...more } = {}) {
  const copy = copyAction(t, helper);
  const workspace = path.join(copy.base, 'workspace');
  fs.mkdirSync(workspace);
  fs.writeFileSync(path.join(workspace, 'ci-optimizer.yml'), 'caches:\n  - { name: web, paths: [out], key-files: ["*.lock"] }\n');
  fs.writeFileSync(path.join(workspace, 'a.lock'), '1');
  const env = {
    GITHUB_WORKSPACE: workspace, ACTIONS_RESULTS_URL: service.url, ACTIONS_CACHE_SERVICE_V2: 'True', GITHUB_REPOSITORY: 'o/r',
    ACTIONS_RUNTIME_TOKEN: makeToken([['refs/heads/main', 3]]), GITHUB_API_URL: service.url, GITHUB_RUN_ID: '1', GITHUB_RUN_ATTEMPT: '1',
  };
  const result = await runAction(copy.root, {
    temp: copy.temp, env, between: () => build?.(workspace), inputs: { 'working-directory': workspace, report: 'summary', history: `file:${copy.temp}/history`, ...inputs }, ...more,
  });
  assert.equal(result.exitCode, 0, result.stdout + result.stderr);
  assert.equal(result.post.exitCode, 0, result.post.stdout + result.post.stderr);
  return { ...result, workspace };
}

const build = (workspace) => {
  fs.mkdirSync(path.join(workspace, 'out'), { recursive: true });
  fs.writeFileSync(path.join(workspace, 'out/made'), 'made');
};

async function withService(t) {
  const service = await CacheService.start();
  t.after(() => service.stop());
  return service;
}

test('what a job has made the next one has', { skip }, async (t) => {
  const service = await withService(t);
  const first = await job(t, service, { build });
  assert.equal(first.outputs['cache-hit'], 'false');
  assert.match(first.summary, /\| web \| miss/);
  assert.match(first.summary, /#### Caches[^]*#### Caches/, 'the post step writes a table of its own');
  const record = JSON.parse(fs.readFileSync(first.outputs['record-path'], 'utf8'));
  assert.ok(isRecord(record), JSON.stringify(isRecord.errors, null, 1));
  assert.ok(record.caches[0].save_seconds > 0 && record.caches[0].cold_seconds >= 0, 'the post step completes the record');
  assert.equal(service.entries.all().length, 1);
  const second = await job(t, service);
  assert.equal(second.outputs['cache-hit'], 'true');
  assert.equal(second.outputs['matched-key'], second.outputs['cache-key']);
  assert.equal(fs.readFileSync(path.join(second.workspace, 'out/made'), 'utf8'), 'made');
  assert.ok(!fs.existsSync(second.state.directory));
});

for (const status of ['failure', 'cancelled', '']) {
  test(`after a job with the status "${status}" nothing is saved`, { skip }, async (t) => {
    const service = await withService(t);
    const { post } = await job(t, service, { build, status });
    assert.match(post.stderr, /cache web: not saved: /);
    assert.equal(service.entries.all().length, 0);
  });
}

test('the token is shown nowhere, neither in the state', { skip }, async (t) => {
  const service = await withService(t);
  const token = makeToken([['refs/heads/main', 3]]);
  let state = '';
  const { stdout, stderr, post } = await job(t, service, {
    build: (workspace) => {
      build(workspace);
      const temp = path.join(workspace, '../temp');
      const folder = fs.readdirSync(temp).find((name) => fs.existsSync(path.join(temp, name, 'state.json')));
      state = fs.readFileSync(path.join(temp, folder, 'state.json'), 'utf8');
    },
  });
  assert.match(state, /"caches"/);
  for (const text of [stdout, stderr, post.stdout, post.stderr, state]) {
    assert.ok(!text.includes(token.split('.')[0]) && !text.includes('ghs_test') && !text.includes('sig='));
  }
});

test('a service that is down fails no job', { skip }, async (t) => {
  const service = await withService(t);
  service.setFaults({ call: '*', status: 500 });
  const { post } = await job(t, service, { build });
  assert.match(post.stderr, /cache web: not saved: /);
});

test('cache: off does without, cache: read saves nothing', { skip }, async (t) => {
  const service = await withService(t);
  await job(t, service, { build, inputs: { cache: 'off' } });
  assert.equal(service.log.length, 0);
  await job(t, service, { build, inputs: { cache: 'read' } });
  assert.equal(service.entries.all().length, 0);
});
