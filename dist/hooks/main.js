'use strict';
// Checks the helper for this machine, starts a private copy of it and ends with its exit code. A machine that has no
// helper is passed through with a warning; a helper that is not the published one is refused.
const { spawn } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const dist = path.join(__dirname, '..');
const noResult = {
  status: 'failure', 'exit-code': '1', reason: '', tier: 'none', 'cache-key': '', 'cache-hit': 'false',
  'matched-key': '', 'packages-seconds': '0', 'seconds-saved': '0', 'go-modules-hit': 'false', 'go-build-hit': 'false',
  'binary-hit': 'false', 'binary-path': '', 'smoke-status': 'skipped', 'check-run-url': '', 'record-path': '',
  'report-path': '',
};

// The values must have no line break: ours are constants and numbers. The last value of a name counts.
function appendTo(variable, values) {
  const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`);
  if (process.env[variable]) fs.appendFileSync(process.env[variable], lines.join(''));
}

function annotate(level, message) {
  const data = message.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
  process.stdout.write(`::${level} title=ci-optimizer::${data}\n`);
}

// The folder in dist/ for this machine. The kernel's word counts, not RUNNER_ARCH: that is the host's in a container.
function platform() {
  const architecture = { x86_64: 'x64', aarch64: 'arm64' }[os.machine()];
  return process.platform === 'linux' && architecture ? `linux-${architecture}` : undefined;
}

// The helper's bytes, or undefined when this version ships none. Throws when they are not those of SHA256SUMS.
function verifiedHelper(folder) {
  const name = `${folder}/ci-optimizer`;
  if (!fs.existsSync(path.join(dist, name))) return undefined;
  const bytes = fs.readFileSync(path.join(dist, name));
  const digest = createHash('sha256').update(bytes).digest('hex');
  const sums = fs.readFileSync(path.join(dist, 'SHA256SUMS'), 'utf8').split('\n');
  if (!sums.includes(`${digest}  ${name}`)) throw new Error(`dist/${name} is not the one that dist/SHA256SUMS lists`);
  return bytes;
}

// Copies the helper to where it can be made executable and nobody else can change it; returns its path.
function install(bytes) {
  const directory = fs.mkdtempSync(path.join(process.env.RUNNER_TEMP || os.tmpdir(), 'ci-optimizer-'));
  appendTo('GITHUB_STATE', { directory });
  const helper = path.join(directory, 'ci-optimizer');
  fs.writeFileSync(helper, bytes);
  fs.chmodSync(helper, 0o755); // whatever the umask
  return helper;
}

function run(helper) {
  const input = (name) => (process.env[`INPUT_${name}`] || '').trim();
  const command = input('COMMAND') || 'optimize';
  const args = input('ARGS').split(/\r?\n/).filter(Boolean);
  const optimize = command === 'optimize'; // it reads the inputs and writes the outputs itself
  // What post.js goes on from.
  const own = optimize ? ['--action', '--state', path.join(path.dirname(helper), 'state.json')] : [];
  const child = spawn(helper, [command, ...own, ...args], {
    stdio: 'inherit', // the environment too: the cache service's token reaches the helper and no later step
    cwd: (!optimize && input('WORKING-DIRECTORY')) || undefined,
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => refuse(`cannot start the helper: ${error.message}`));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + os.constants.signals[signal];
    if (signal) annotate('error', `the helper was ended by ${signal}`);
    const status = process.exitCode === 0 ? 'success' : 'failure';
    appendTo('GITHUB_OUTPUT', { 'exit-code': process.exitCode, ...(!optimize && { status }) });
  });
}

function refuse(reason) {
  annotate('error', reason);
  appendTo('GITHUB_OUTPUT', { reason: reason.replace(/\s+/g, ' ') });
  process.exitCode = 1;
}

function passThrough(reason) {
  annotate('warning', `${reason}: nothing was done`);
  appendTo('GITHUB_OUTPUT', { status: 'skipped', 'exit-code': '0', reason });
}

try {
  appendTo('GITHUB_OUTPUT', noResult);
  const folder = platform();
  const bytes = folder && verifiedHelper(folder);
  if (bytes) run(install(bytes));
  else passThrough(`no helper for ${process.platform} on ${os.machine()} in this version`);
} catch (error) {
  refuse(error.message);
}
