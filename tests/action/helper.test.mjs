// The composite action around the real helper: CI_OPTIMIZER, or the one of the development build.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import Ajv from 'ajv';
import { copyAction, repository } from './action-copy.mjs';
import { runAction } from './runner.mjs';

const helper = process.env.CI_OPTIMIZER || path.join(repository, 'build/dev/src/ci-optimizer');
const skip = fs.existsSync(helper) ? false : `${helper} is not built`;

const isRecord = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(
  JSON.parse(fs.readFileSync(path.join(repository, 'docs/schemas/record.schema.json'), 'utf8')),
);

// Reads a record that the helper wrote, and holds it against the schema.
function readRecord(file) {
  const record = JSON.parse(fs.readFileSync(file, 'utf8'));
  assert.ok(isRecord(record), JSON.stringify(isRecord.errors, null, 1));
  return record;
}

function run(t, inputs, more = {}) {
  const copy = copyAction(t, helper);
  const history = path.join(copy.temp, 'history');
  return runAction(copy.root, { temp: copy.temp, inputs: { report: 'summary', history: `file:${history}`, ...inputs }, ...more });
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
  const record = readRecord(outputs['record-path']);
  assert.equal(record.status, 'success');
  assert.deepEqual(record.apt.packages.map(({ name }) => name).sort(), ['base-files', 'dpkg']);
  assert.equal(fs.readFileSync(outputs['report-path'], 'utf8').trim(), result.summary.trim());
  assert.match(result.summary, /dpkg --version/);
});

test('a later step exports the record, as in examples/export.yml', { skip }, async (t) => {
  const copy = copyAction(t, helper);
  const history = `file:${path.join(copy.temp, 'history')}`;
  const { outputs } = await runAction(copy.root, { temp: copy.temp, inputs: { report: 'off', history, smoke: 'true' } });
  const args = ['export', '--format', 'prometheus', outputs['record-path']].join('\n');
  const exported = await runAction(copy.root, { temp: copy.temp, inputs: { command: 'history', args } });
  assert.equal(exported.exitCode, 0, exported.stdout + exported.stderr);
  assert.equal(exported.outputs.status, 'success');
  assert.match(exported.stdout, /^cicd_build_success(\{.*\})? 1$/m);
});

test('a smoke test that fails fails the step with exit code 2', { skip }, async (t) => {
  const result = await run(t, { smoke: 'dpkg --no-such-flag', report: 'auto' });
  assert.equal(result.exitCode, 2, result.stdout + result.stderr);
  assert.equal(result.outputs.status, 'failure');
  assert.equal(result.outputs['smoke-status'], 'failed');
  assert.equal(readRecord(result.outputs['record-path']).exit_code, 2);
  assert.match(result.stdout + result.stderr, /^::error /m); // the runner reads both
});

test('the record of a package file that is not there fits the schema, and a spoilt one would not', { skip }, async (t) => {
  const result = await run(t, { packages: './no-such-file.deb', smoke: 'true' });
  assert.notEqual(result.exitCode, 0);
  const record = readRecord(result.outputs['record-path']);
  assert.equal(record.smoke[0].status, 'skipped');
  assert.ok(!isRecord({ ...record, status: 'fine' }));
});

for (const hostile of ['"; touch PWNED; #', '$(touch PWNED)', 'dpkg\n`touch PWNED`']) {
  test(`the package list ${JSON.stringify(hostile)} is refused, not run`, { skip }, async (t) => {
    const result = await run(t, { packages: hostile });
    assert.ok([4, 64, 65].includes(result.exitCode), `exit code ${result.exitCode}\n${result.stdout}${result.stderr}`);
    assert.equal(result.outputs.status, 'failure');
    assert.ok(!fs.existsSync(path.join(path.dirname(result.state.directory), 'PWNED')));
  });
}

test('the record carries the values of the matrix, and the job runs in its working directory', { skip }, async (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ci-optimizer-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const inputs = { 'working-directory': folder, smoke: `test "$PWD" = ${fs.realpathSync(folder)}` };
  const result = await run(t, inputs, { matrix: { os: 'ubuntu', flavour: 'small' } });
  assert.equal(result.exitCode, 0, result.stdout + result.stderr);
  assert.deepEqual(readRecord(result.outputs['record-path']).matrix, { os: 'ubuntu', flavour: 'small' });
});

test('the version can be asked for as another command', { skip }, async (t) => {
  const result = await run(t, { command: '--version' });
  assert.equal(result.exitCode, 0, result.stderr);
  assert.match(result.stdout, /^ci-optimizer \d+\.\d+\.\d+$/m);
  assert.equal(result.outputs.status, 'success');
});
