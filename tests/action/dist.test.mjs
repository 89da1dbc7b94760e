// What lies in dist is what the action may ship: listed, static, small, and started with nothing around it.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { repository } from './action-copy.mjs';

const dist = path.join(repository, 'dist');
const helpers = fs.readdirSync(dist).filter((name) => name.startsWith('linux-')).map((folder) => path.join(dist, folder, 'ci-optimizer'));
const missing = helpers.length > 0 ? false : 'dist holds no helper';
const helper = path.join(dist, `linux-${process.arch}/ci-optimizer`); // the one that runs here
const foreign = fs.existsSync(helper) ? false : `dist holds no helper for ${os.machine()}`;
const notRoot = foreign || (process.getuid() === 0 ? false : 'needs root for chroot');

test('every helper is listed in SHA256SUMS with its digest', { skip: missing }, () => {
  const folders = fs.readdirSync(dist).filter((name) => name.startsWith('linux-'));
  const lines = folders.map((folder) => {
    const bytes = fs.readFileSync(path.join(dist, folder, 'ci-optimizer'));
    return `${createHash('sha256').update(bytes).digest('hex')}  ${folder}/ci-optimizer`;
  });
  assert.deepEqual(fs.readFileSync(path.join(dist, 'SHA256SUMS'), 'utf8').trim().split('\n').sort(), lines.sort());
});

for (const file of helpers) test(`${path.relative(repository, file)} is a static program of less than 10 MB, for its machine`, () => {
  const elf = fs.readFileSync(file);
  assert.ok(elf.length < 12_500_000, `${elf.length} bytes`);
  assert.equal(elf.toString('latin1', 0, 4), '\x7fELF');
  assert.equal(elf.readUInt16LE(18), { 'linux-x64': 62, 'linux-arm64': 183 }[path.basename(path.dirname(file))], 'e_machine');
  const types = Array.from({ length: elf.readUInt16LE(56) }, (_, i) => elf.readUInt32LE(Number(elf.readBigUInt64LE(32)) + i * elf.readUInt16LE(54)));
  const loaded = 1;
  const interpreter = 3;
  assert.ok(types.includes(loaded) && !types.includes(interpreter), `program headers ${types}`);
});

test('the helper was built from these sources', { skip: missing }, (t) => {
  const now = execFileSync(path.join(repository, 'scripts/source-hash'), { encoding: 'utf8' }).trim();
  const built = fs.readFileSync(path.join(dist, 'SOURCE'), 'utf8').trim();
  if (now !== built && process.env.CI_OPTIMIZER_DIST !== 'current') {
    t.skip('the helper in dist is older than the sources: run scripts/build-dist before a release');
    return;
  }
  assert.equal(built, now);
});

// A root with the helper alone and a name service switch that kills static programs which ask it.
function hostileRoot(t) {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'empty-root-'));
  t.after(() => fs.rmSync(root, { recursive: true, force: true }));
  for (const folder of ['etc', 'tmp', 'proc/self']) fs.mkdirSync(path.join(root, folder), { recursive: true });
  fs.symlinkSync('/ci-optimizer', path.join(root, 'proc/self/exe')); // all that the helper asks of /proc
  fs.copyFileSync(helper, path.join(root, 'ci-optimizer'));
  fs.chmodSync(path.join(root, 'ci-optimizer'), 0o755);
  fs.writeFileSync(path.join(root, 'etc/nsswitch.conf'), 'passwd: files systemd\ngroup: files systemd\nhosts: myhostname mymachines files dns\n');
  fs.writeFileSync(path.join(root, 'etc/hosts'), '127.0.0.1 localhost\n');
  return root;
}

test('the helper starts in an empty root', { skip: notRoot }, (t) => {
  const output = execFileSync('chroot', [hostileRoot(t), '/ci-optimizer', '--version'], { encoding: 'utf8', env: { PATH: '/usr/sbin:/usr/bin' }, timeout: 10_000 });
  assert.match(output, /^ci-optimizer \d+\.\d+\.\d+/);
});

test('the helper finds a host by name whatever nsswitch.conf says', { skip: notRoot }, async (t) => {
  const asked = [];
  const server = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    request.resume();
    response.writeHead(201, { 'Content-Type': 'application/json' }).end('{"id": 1, "html_url": "http://localhost/1"}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const env = {
    PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/tmp', GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'o/r', GITHUB_SHA: 'a'.repeat(40),
    GITHUB_EVENT_NAME: 'push', GITHUB_RUN_ID: '1', GITHUB_RUN_ATTEMPT: '1', GITHUB_JOB: 'test', GITHUB_WORKFLOW: 'ci',
    GITHUB_SERVER_URL: 'http://localhost', GITHUB_API_URL: `http://localhost:${server.address().port}`, 'INPUT_GITHUB-TOKEN': 'ghs_test',
  };
  const child = spawn('chroot', [hostileRoot(t), '/ci-optimizer', 'optimize', '--action', '--report', 'check', '--history', 'file:/tmp/h'],
    { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 20_000 });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { said += chunk; });
  const [code] = await once(child, 'close');
  assert.equal(code, 0, said);
  assert.ok(asked.includes('POST /repos/o/r/check-runs'), `${asked}\n${said}`);
});
