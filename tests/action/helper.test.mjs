// The composite action around the real helper: CI_OPTIMIZER, or the one of the development build.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { copyAction, repository } from './action-copy.mjs';
import { runAction } from './runner.mjs';

const helper = process.env.CI_OPTIMIZER || path.join(repository, 'build/dev/src/ci-optimizer');
const skip = fs.existsSync(helper) ? false : `${helper} is not built`;

function run(t, inputs) {
  const copy = copyAction(t, helper);
  const history = path.join(copy.temp, 'history');
  return runAction(copy.root, { temp: copy.temp, inputs: { report: 'summary', history: `file:${history}`, ...inputs } });
}

test('packages that are there already take no time, and everything is reported', { skip }, async (t) => {
  const result = await run(t, { packages: 'dpkg\n  base-files', smoke: 'dpkg --version' });
  assert.equal(result.exitCode, 0, result.stdout + result.stderr);
  const { outputs } = result;
  assert.equal(outputs.status, 'success');
  assert.equal(outputs['exit-code'], '0');
  assert.equal(outputs.tier, 'none');
  assert.equal(outputs['smoke-status'], 'passed');
  for (const name of ['cache-hit', 'go-modules-hit', 'go-build-hit', 'binary-hit']) assert.equal(outputs[name], 'false', name);
  assert.ok(Number(outputs['packages-seconds']) < 30, outputs['packages-seconds']);
  const record = JSON.parse(fs.readFileSync(outputs['record-path'], 'utf8'));
  assert.equal(record.status, 'success');
  assert.deepEqual(record.apt.packages.map(({ name }) => name).sort(), ['base-files', 'dpkg']);
  assert.equal(fs.readFileSync(outputs['report-path'], 'utf8').trim(), result.summary.trim());
  assert.match(result.summary, /dpkg --version/);
});

test('a smoke test that fails fails the step with exit code 2', { skip }, async (t) => {
  const result = await run(t, { smoke: 'dpkg --no-such-flag', report: 'auto' });
  assert.equal(result.exitCode, 2, result.stdout + result.stderr);
  assert.equal(result.outputs.status, 'failure');
  assert.equal(result.outputs['smoke-status'], 'failed');
  assert.match(result.stdout + result.stderr, /^::error /m); // the runner reads both
});

for (const hostile of ['"; touch PWNED; #', '$(touch PWNED)', 'dpkg\n`touch PWNED`']) {
  test(`the package list ${JSON.stringify(hostile)} is refused, not run`, { skip }, async (t) => {
    const result = await run(t, { packages: hostile });
    assert.ok([4, 64, 65].includes(result.exitCode), `exit code ${result.exitCode}\n${result.stdout}${result.stderr}`);
    assert.equal(result.outputs.status, 'failure');
    assert.ok(!fs.existsSync(path.join(path.dirname(result.state.directory), 'PWNED')));
  });
}

test('the version can be asked for as another command', { skip }, async (t) => {
  const result = await run(t, { command: '--version' });
  assert.equal(result.exitCode, 0, result.stderr);
  assert.match(result.stdout, /^ci-optimizer \d+\.\d+\.\d+$/m);
  assert.equal(result.outputs.status, 'success');
});
