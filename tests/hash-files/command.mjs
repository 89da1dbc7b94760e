// The command under test. CI_OPTIMIZER names the binary; without it, the dev preset's is taken.
import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const binary = path.resolve(
  process.env.CI_OPTIMIZER || fileURLToPath(new URL('../../build/dev/src/ci-optimizer', import.meta.url)));
if (!fs.existsSync(binary)) throw new Error(`no binary at ${binary}: build the dev preset first`);

export function run(args, { cwd, env = {}, ...options } = {}) {
  const { status, signal, stdout, stderr, error } = spawnSync(binary, args, { cwd, env: { HOME: '/nonexistent', ...env }, encoding: 'utf8', maxBuffer: 2 ** 26, timeout: 60_000, ...options });
  if (error) throw error;
  if (signal) throw new Error(`killed by ${signal}`);
  return { status, stdout, stderr };
}

// Runs `hash-files --explain --json` in a workspace. Returns { hash, files }, files being relative paths in order; or
// { hash: null, status, stderr } when it fails, as the expression would.
export function hashFiles(workspace, patterns, { follow = false, env = {}, ...options } = {}) {
  const flags = follow ? ['--follow-symbolic-links'] : [];
  const { status, stdout, stderr } = run(['hash-files', '--explain', '--json', ...flags, '--', ...patterns],
    { cwd: workspace, env: { GITHUB_WORKSPACE: workspace, ...env }, ...options });
  if (status !== 0) return { hash: null, status, stderr };
  const { hash, files } = JSON.parse(stdout);
  return { hash, files: files.map((file) => file.path) };
}

const sha256 = (bytes) => crypto.createHash('sha256').update(bytes);

// The value for these files of the workspace in this order: the digest of their digests, "" for none.
export function expectedHash(workspace, files) {
  if (files.length === 0) return '';
  return sha256(Buffer.concat(files.map((file) => sha256(fs.readFileSync(path.join(workspace, file))).digest()))).digest('hex');
}
