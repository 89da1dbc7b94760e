// The check run through the whole action: begun by main, and ended by post when main was killed.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { startChecks } from '../github/checks-service.mjs';
import { copyAction, repository } from './action-copy.mjs';
import { runAction } from './runner.mjs';

const helper = process.env.CI_OPTIMIZER || path.join(repository, 'build/dev/src/ci-optimizer');
const skip = fs.existsSync(helper) ? false : `${helper} is not built`;

async function job(t, { smoke, status, report = 'check', onStart }) {
  const service = await startChecks();
  t.after(() => service.stop());
  const copy = copyAction(t, helper);
  const env = {
    GITHUB_API_URL: service.url, GITHUB_REPOSITORY: 'o/r', GITHUB_SHA: 'a'.repeat(40), GITHUB_EVENT_NAME: 'push', GITHUB_JOB: 'test',
    GITHUB_WORKFLOW: 'ci', GITHUB_RUN_ID: '42', GITHUB_RUN_ATTEMPT: '1', NO_PROXY: '127.0.0.1',
  };
  const inputs = { smoke, report, history: `file:${copy.temp}/history` };
  const result = await runAction(copy.root, { temp: copy.temp, env, inputs, status, onStart, jobId: '51725241954' });
  assert.equal(result.post.exitCode, 0, result.post.stdout + result.post.stderr);
  return { ...result, runs: service.runs, folder: result.state.directory };
}

test('the check run is there and its page an output', { skip }, async (t) => {
  const { runs, outputs, exitCode, folder } = await job(t, { smoke: 'true' });
  assert.equal(exitCode, 0);
  assert.deepEqual(runs.map(({ external_id, conclusion }) => [external_id, conclusion]), [['42-1-test', 'success']]);
  assert.equal(outputs['check-run-url'], 'https://github.com/o/r/runs/1');
  assert.equal(runs[0].details_url, 'https://github.com/o/r/actions/runs/42/job/51725241954');
  assert.ok(!fs.existsSync(folder));
});

test('main is cancelled: the check run says so', { skip }, async (t) => {
  const onStart = (child) => setTimeout(() => child.kill('SIGINT'), 1500);
  const { runs, exitCode } = await job(t, { smoke: 'sleep 30', status: 'cancelled', onStart });
  assert.equal(exitCode, 130);
  assert.deepEqual(runs.map(({ conclusion }) => conclusion), ['cancelled']);
});

test('main is killed: post ends the check run and writes the summary', { skip }, async (t) => {
  const { runs, exitCode, summary, folder } = await job(t, { smoke: 'sleep 1.5; kill -9 $PPID', status: 'failure' });
  assert.equal(exitCode, 137);
  assert.deepEqual(runs.map(({ status, conclusion }) => [status, conclusion]), [['completed', 'failure']]);
  assert.match(summary, /was killed before it could end the job/);
  assert.ok(!fs.existsSync(folder));
});
