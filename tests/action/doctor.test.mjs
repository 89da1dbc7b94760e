// The command `doctor`, as a user sees it: what it says of a repository, of our own workflows and examples, and that
// git, GitHub's parser and actionlint accept each edit it proposes. The binary is CI_OPTIMIZER, or the development build.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { actionlintErrors, workflowErrors } from './definitions.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const binary = process.env.CI_OPTIMIZER || path.join(root, 'build/dev/src/ci-optimizer');
const skip = fs.existsSync(binary) ? false : `${binary} is not built`;
const example = path.join(root, 'tests/action/fixtures/doctor');

function run(args, { cwd = root, env = {} } = {}) {
  const result = spawnSync(binary, ['doctor', ...args], { cwd, env: { PATH: process.env.PATH, ...env }, encoding: 'utf8', timeout: 60_000, maxBuffer: 1 << 26 });
  if (result.error) throw result.error;
  return result;
}

function json(...args) {
  const result = run([...args, '--json']);
  assert.equal(result.status, 0, result.stderr);
  return JSON.parse(result.stdout);
}

const places = (findings) => findings.map(({ file, line, severity, check }) => `${file}:${line} ${severity} ${check}`);

// A copy of the example repository, as git wants it for `git apply`.
function copy(t) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ci-optimizer-doctor-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  fs.cpSync(example, folder, { recursive: true });
  return folder;
}

function apply(folder, diff) {
  const result = spawnSync('git', ['apply', '-'], { cwd: folder, input: diff, encoding: 'utf8', env: { PATH: process.env.PATH, GIT_CEILING_DIRECTORIES: path.dirname(folder) } });
  assert.equal(result.status, 0, `${result.stderr}\n${diff}`);
}

test('an example repository gives what it has, with file, line and evidence', { skip }, () => {
  const { findings, files, counts } = json(example);
  assert.deepEqual(files, ['.github/workflows/ci.yml', '.github/actions/setup/action.yml']);
  assert.deepEqual(places(findings), JSON.parse(fs.readFileSync(path.join(example, 'findings.json'), 'utf8')));
  for (const { file, line, evidence, problem, advice } of findings) {
    const text = fs.readFileSync(path.join(example, file), 'utf8').split('\n')[line - 1];
    assert.ok(text.includes(evidence) && problem && advice, `${file}:${line}`);
  }
  assert.equal(counts.error + counts.warning + counts.note, findings.length);
});

test('git applies each edit, which ends its finding and leaves what GitHub accepts', { skip }, async (t) => {
  const { findings } = json(example);
  const edits = findings.filter(({ edit }) => edit);
  assert.ok(edits.length >= 12, `${edits.length} edits`);
  for (const { check, file, evidence, edit } of edits) {
    const folder = copy(t);
    apply(folder, edit);
    const same = json(folder).findings.filter((other) => other.check === check && other.file === file && other.evidence === evidence);
    assert.deepEqual(places(same), [], check);
    const edited = path.join(folder, file);
    if (!file.includes('workflows')) continue;
    assert.deepEqual(await workflowErrors(edited), [], edit);
    const before = (await actionlintErrors(path.join(example, file))).length;
    assert.ok((await actionlintErrors(edited)).length <= before, edit);
  }
});

test('one edit after the other leads to a repository without findings that have one', { skip }, (t) => {
  const folder = copy(t);
  for (let round = 0; round < 60; ++round) {
    const next = json(folder).findings.find(({ edit }) => edit);
    if (!next) return;
    apply(folder, next.edit);
  }
  assert.fail(`edits without end: ${places(json(folder).findings.filter(({ edit }) => edit)).join(', ')}`);
});

test('our own workflows and actions are clean, but for what has a reason', { skip }, () => {
  assert.deepEqual(places(json(root).findings), [
    // Without git there is no checkout, and without a checkout not our action: three jobs in a bare container need it.
    '.github/workflows/ci.yml:33 warning apt-repeated',
  ]);
});

test('the examples are clean, but for the name that stands for this action', { skip }, () => {
  const { findings, files } = json(path.join(root, 'examples'));
  assert.ok(files.length >= 3, files.join());
  for (const { check, evidence } of findings) {
    assert.equal(check, 'unpinned-action', evidence);
    assert.match(evidence, /org\/ci-optimizer@v1$/);
  }
});

test('--fail-on decides the exit code by severity', { skip }, () => {
  assert.equal(run([example]).status, 0);
  assert.equal(run([example, '--fail-on', 'error']).status, 1);
  const minimal = path.join(root, 'examples/minimal.yml');
  assert.equal(run([minimal, '--fail-on', 'error']).status, 0);
  assert.equal(run([minimal, '--fail-on', 'warning']).status, 1);
  assert.equal(run([minimal, '--fail-on', 'grave']).status, 64);
  assert.equal(run([path.join(root, 'examples/ci-optimizer.yml')]).status, 65);
  assert.equal(run([path.join(root, 'not-there')]).status, 74);
});

test('the text has the same findings, plain when piped and coloured when asked', { skip }, () => {
  const plain = run([example]);
  assert.match(plain.stdout, /^\.github\/workflows\/ci\.yml\n/);
  assert.match(plain.stdout, /^this machine +seen$/m);
  assert.ok(!plain.stdout.includes('\u001b'));
  assert.equal(plain.stderr, '');
  const coloured = run([example, '--color', 'always']).stdout;
  assert.ok(coloured.includes('\u001b[31;1merror'));
  const lines = run(['-q', example]).stdout.trim().split('\n');
  const { findings } = json(example);
  assert.equal(lines.length, findings.length);
  for (const [i, { file, line, column, severity, check }] of findings.entries()) {
    assert.ok(lines[i].startsWith(`${file}:${line}:${column}: ${severity}: ${check}: `), lines[i]);
  }
});

test('a hostile workflow of 1 MiB is read in less than a second and says nothing to the runner', { skip }, (t) => {
  const folder = copy(t);
  const file = path.join(folder, '.github/workflows/ci.yml');
  const steps = '      - run: "::error::x ##[error]y \\e[2J ${{ github.head_ref }}"\n      - uses: "a/b@\\u009b::set-env name=A::b"\n';
  const head = 'on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n';
  fs.writeFileSync(file, head + steps.repeat(Math.floor(((1 << 20) - head.length) / steps.length)));
  const started = process.hrtime.bigint();
  const result = run(['-q', folder]);
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  assert.equal(result.status, 0, result.stderr);
  assert.ok(seconds < 5, `${seconds} s`); // the machine may be busy: DOCTOR.md has the time that was measured
  for (const line of result.stdout.split('\n')) {
    assert.ok(!/^\s*::|##\[|\u001b/.test(line), line);
  }
});
