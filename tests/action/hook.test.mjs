// The composite action and its hook around a helper that only writes down how it was called.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { copyAction } from './action-copy.mjs';
import { readAction } from './definitions.mjs';
import { parseFileCommands, runAction } from './runner.mjs';

const fake = fileURLToPath(new URL('fixtures/fake-helper.js', import.meta.url));
// Environment of a hook that takes its machine for that one, as `uname -m` says it.
const onMachine = (machine) => ({ FAKE_MACHINE: machine, NODE_OPTIONS: `--require=${fileURLToPath(new URL('fixtures/machine.cjs', import.meta.url))}` });

// Runs the action with the fake helper; `call` says how that was started, or is undefined.
async function runWithFake(t, { prepare, helper = fake, ...options } = {}) {
  const copy = copyAction(t, helper);
  prepare?.(copy);
  const record = path.join(copy.base, 'temp', 'call.json');
  const env = { FAKE_CALL: record, ...options.env };
  const result = await runAction(copy.root, { ...options, env, temp: copy.temp });
  const call = fs.existsSync(record) ? JSON.parse(fs.readFileSync(record, 'utf8')) : undefined;
  return { ...result, call, copy };
}

function assertEveryOutputIsSet({ stepOutputs, outputs, copy }) {
  const names = readAction(path.join(copy.root, 'action.yml')).action.outputs.map(({ id }) => id).sort();
  assert.deepEqual(Object.keys(stepOutputs).sort(), names);
  for (const name of ['cache-hit', 'go-modules-hit', 'go-build-hit', 'binary-hit']) assert.equal(outputs[name], 'false', name);
  assert.notEqual(outputs.status, '');
  assert.notEqual(outputs['exit-code'], '');
}

test('without inputs the helper optimizes, and its outputs become those of the action', async (t) => {
  const result = await runWithFake(t);
  assert.equal(result.exitCode, 0, result.stderr);
  assert.deepEqual(result.call.args, ['optimize', '--action', '--state', path.join(result.state.directory, 'state.json')]);
  assert.equal(result.outputs.status, 'success');
  assert.equal(result.outputs.tier, 'network');
  assertEveryOutputIsSet(result);
});

test('an input that is not given is empty, but for the token', async (t) => {
  const { call, copy } = await runWithFake(t);
  for (const { id } of readAction(path.join(copy.root, 'action.yml')).action.inputs) {
    assert.equal(call.env[`INPUT_${id.toUpperCase()}`], id === 'github-token' ? 'ghs_test' : '', id);
  }
});

test('the helper gets what the runner tells of the cache service, and no later step does', async (t) => {
  const cache = {
    ACTIONS_RUNTIME_TOKEN: 'runtime-token', ACTIONS_RESULTS_URL: 'https://results.example.org/', ACTIONS_CACHE_URL: 'https://cache.example.org/',
    ACTIONS_CACHE_SERVICE_V2: 'True', ACTIONS_CACHE_MODE: 'read', GITHUB_SERVER_URL: 'https://github.com', GITHUB_RUN_ID: '7', GITHUB_RUN_ATTEMPT: '2',
  };
  const { call, stdout, state, stepOutputs } = await runWithFake(t, { env: cache });
  for (const [name, value] of Object.entries(cache)) assert.equal(call.env[name], value, name);
  assert.ok(!(stdout + JSON.stringify([state, stepOutputs])).includes('runtime-token'));
});

test('the helper runs from a private copy that the post step removes', async (t) => {
  const { call, state, post, copy } = await runWithFake(t);
  assert.equal(path.dirname(call.file), state.directory);
  assert.equal(path.dirname(state.directory), copy.temp);
  assert.equal(post.exitCode, 0, post.stderr);
  assert.ok(!fs.existsSync(state.directory));
});

test('the post step ends what the helper left a state for, and knows how the job ended', async (t) => {
  const { call, state, post } = await runWithFake(t, { env: { FAKE_DO: 'leave a state' }, status: 'failure' });
  assert.equal(post.exitCode, 0, post.stderr);
  assert.deepEqual(call.args, ['optimize', '--finish', '--action', '--state', path.join(state.directory, 'state.json')]);
  assert.equal(call.env['INPUT_JOB-STATUS'], 'failure');
  assert.ok(!fs.existsSync(state.directory));
});

test('a helper that fails in the post step is a warning', async (t) => {
  const { state, post } = await runWithFake(t, { env: { FAKE_DO: 'leave a state and fail' } });
  assert.equal(post.exitCode, 0, post.stderr);
  assert.match(post.stdout, /^::warning .*the end of the job was not dealt with .*: the helper ended with 74$/m);
  assert.ok(!fs.existsSync(state.directory));
});

for (const hostile of ['"; touch PWNED; #', '$(touch PWNED)', '`touch PWNED`', "'\nfoo\nstatus=pwned\nEOF\n", '%0A::error::x',
  '${{ github.token }}', '--help', ' \t']) {
  test(`hostile input ${JSON.stringify(hostile)} is data`, async (t) => {
    const inputs = { packages: hostile, smoke: hostile, 'check-name': hostile, args: '', 'working-directory': hostile };
    const { call, outputs, copy, state } = await runWithFake(t, { inputs });
    for (const name of ['PACKAGES', 'SMOKE', 'CHECK-NAME', 'WORKING-DIRECTORY']) assert.equal(call.env[`INPUT_${name}`], hostile);
    assert.deepEqual(call.args, ['optimize', '--action', '--state', path.join(state.directory, 'state.json')]);
    assert.equal(outputs.status, 'success');
    assert.ok(!fs.existsSync(path.join(copy.temp, 'PWNED')));
  });
}

test('another command gets one argument a line, each as it is', async (t) => {
  const args = 'install\n$(touch PWNED)\r\n\n"a b"; touch PWNED\n--json\n';
  const inputs = { command: 'apt', args, 'working-directory': 'sub' };
  const result = await runWithFake(t, { inputs, env: { FAKE_DO: 'be silent' }, prepare: ({ temp }) => fs.mkdirSync(path.join(temp, 'sub')) });
  assert.deepEqual(result.call.args, ['apt', 'install', '$(touch PWNED)', '"a b"; touch PWNED', '--json']);
  assert.equal(result.call.cwd, path.join(result.copy.temp, 'sub'));
  assert.ok(!fs.existsSync(path.join(result.copy.temp, 'sub/PWNED')));
  assert.equal(result.outputs.status, 'success');
  assertEveryOutputIsSet(result);
});

test('the exit code of the helper is that of the step', async (t) => {
  const result = await runWithFake(t, { env: { FAKE_DO: 'exit 4' } });
  assert.equal(result.exitCode, 4);
  assert.equal(result.outputs['exit-code'], '4');
  assert.equal(result.outputs.status, 'failure');
  assertEveryOutputIsSet(result);
});

test('a helper that is killed fails the step and is named', async (t) => {
  const result = await runWithFake(t, { env: { FAKE_DO: 'crash' } });
  assert.equal(result.exitCode, 137);
  assert.match(result.stdout, /^::error .*SIGKILL/m);
  assertEveryOutputIsSet(result);
});

for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]]) {
  test(`${signal} reaches the helper, which is waited for`, async (t) => {
    const onStart = (child) => child.stdout.once('data', () => child.kill(signal));
    const result = await runWithFake(t, { env: { FAKE_DO: 'wait for a signal' }, onStart });
    assert.equal(result.exitCode, code);
    assert.equal(result.outputs['exit-code'], String(code));
  });
}

test('an architecture without a helper is passed through with a warning', async (t) => {
  const result = await runWithFake(t, { env: onMachine('i686') });
  assert.equal(result.exitCode, 0, result.stderr);
  assert.match(result.stdout, /^::warning .*i686/m);
  assert.equal(result.call, undefined);
  assert.equal(result.outputs.status, 'skipped');
  assert.match(result.outputs.reason, /i686/);
  assertEveryOutputIsSet(result);
});

// Ships a helper for each architecture, which differ in their bytes; `change` then has its way with the files, by folder.
const shipBoth = (change = () => {}) => ({ root }) => {
  const files = {};
  const sums = ['linux-x64', 'linux-arm64'].map((folder) => {
    files[folder] = path.join(root, 'dist', folder, 'ci-optimizer');
    const bytes = `${fs.readFileSync(fake, 'utf8')}// ${folder}\n`;
    fs.mkdirSync(path.dirname(files[folder]), { recursive: true });
    fs.writeFileSync(files[folder], bytes);
    return `${createHash('sha256').update(bytes).digest('hex')}  ${folder}/ci-optimizer\n`;
  });
  fs.writeFileSync(path.join(root, 'dist/SHA256SUMS'), sums.join(''));
  change(files);
};

// RUNNER_ARCH is the host's in a container, so that the kernel has the last word.
for (const [machine, folder, other] of [['aarch64', 'linux-arm64', 'linux-x64'], ['x86_64', 'linux-x64', 'linux-arm64']]) {
  test(`${machine} gets the helper of ${folder}, and none but that of SHA256SUMS`, async (t) => {
    for (const RUNNER_ARCH of ['ARM64', 'X64']) {
      const { call, exitCode, stdout } = await runWithFake(t, { prepare: shipBoth(), env: { ...onMachine(machine), RUNNER_ARCH } });
      assert.equal(exitCode, 0, stdout);
      assert.equal(call.lastLine, `// ${folder}`);
    }
    const changed = await runWithFake(t, { prepare: shipBoth((files) => fs.appendFileSync(files[folder], '\n')), env: onMachine(machine) });
    assert.equal(changed.exitCode, 1);
    assert.equal(changed.call, undefined);
    assert.match(changed.stdout, new RegExp(`^::error .*${folder}.*SHA256SUMS`, 'm'));
    const exchanged = await runWithFake(t, { prepare: shipBoth((files) => fs.copyFileSync(files[other], files[folder])), env: onMachine(machine) });
    assert.equal(exchanged.exitCode, 1, 'the helper of the other architecture in its place');
    assert.equal(exchanged.call, undefined);
  });
}

test('a version that ships no helper for this machine passes it through', async (t) => {
  const result = await runWithFake(t, { prepare: ({ helper }) => fs.rmSync(helper) });
  assert.equal(result.exitCode, 0, result.stderr);
  assert.match(result.stdout, /^::warning /m);
  assert.equal(result.outputs.status, 'skipped');
  assertEveryOutputIsSet(result);
});

for (const [what, prepare] of [
  ['a changed helper', ({ helper }) => fs.appendFileSync(helper, '\n')],
  ['a helper that is not listed', ({ root }) => fs.writeFileSync(path.join(root, 'dist/SHA256SUMS'), '')],
  ['a helper without a list', ({ root }) => fs.rmSync(path.join(root, 'dist/SHA256SUMS'))],
]) {
  test(`${what} is refused`, async (t) => {
    const result = await runWithFake(t, { prepare });
    assert.equal(result.exitCode, 1);
    assert.equal(result.call, undefined);
    assert.match(result.stdout, /^::error .*SHA256SUMS/m);
    assert.equal(result.outputs.status, 'failure');
    assert.match(result.outputs.reason, /SHA256SUMS/);
    assertEveryOutputIsSet(result);
  });
}

test('a helper that cannot be started is an error', async (t) => {
  const unusable = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'unusable-')), 'helper');
  t.after(() => fs.rmSync(path.dirname(unusable), { recursive: true }));
  fs.writeFileSync(unusable, '#!/no/such/interpreter\n');
  const result = await runWithFake(t, { helper: unusable });
  assert.equal(result.exitCode, 1);
  assert.match(result.stdout, /^::error .*cannot start the helper/m);
});

test('a read-only action folder and an unprivileged user are enough', async (t) => {
  const readOnly = (folder) => {
    for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
      const file = path.join(folder, entry.name);
      if (entry.isDirectory()) readOnly(file);
      else fs.chmodSync(file, 0o444);
    }
    fs.chmodSync(folder, 0o555);
  };
  const asRoot = process.getuid() === 0;
  const prepare = ({ base, root, temp }) => {
    readOnly(root);
    fs.chmodSync(base, 0o755);
    fs.chmodSync(temp, 0o777);
  };
  const wrap = asRoot ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
  const result = await runWithFake(t, { prepare, wrap });
  assert.equal(result.exitCode, 0, result.stdout + result.stderr);
  assert.equal(result.outputs.status, 'success');
  for (const folder of ['', 'dist', 'dist/hooks', path.dirname(path.relative(result.copy.root, result.copy.helper))]) {
    fs.chmodSync(path.join(result.copy.root, folder), 0o755); // so that it can be removed
  }
});

test("file commands are read by the runner's rules", () => {
  assert.deepEqual(parseFileCommands('a=1\nb<<E\nx=y\n\nz\nE\na=2=3\n'), { a: '2=3', b: 'x=y\n\nz' });
  assert.throws(() => parseFileCommands('b<<E\nx\n'), /delimiter not found/);
  assert.throws(() => parseFileCommands('nothing\n'), /Invalid format/);
});
