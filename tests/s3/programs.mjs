// Our own programs, run for a test.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const build = process.env.CI_OPTIMIZER_BUILD ?? path.join(here, '../../build/dev');

export function program(name) {
  const file = path.join(build, 'tests/unit', name);
  if (!fs.existsSync(file)) throw new Error(`${file} is not there: build the dev preset first`);
  return file;
}

// Runs a program. `input`: bytes, or an async iterable of them. Returns { code, signal, out, err, seconds }.
export async function run(name, args, { env = {}, input = '', limit = 60_000, onStart = () => {} } = {}) {
  const begun = process.hrtime.bigint();
  const child = spawn(program(name), args, { env: { PATH: process.env.PATH, ...env }, stdio: 'pipe' });
  const ended = once(child, 'close');
  const timer = setTimeout(() => child.kill('SIGKILL'), limit);
  const out = [];
  const err = [];
  child.stdout.on('data', (chunk) => out.push(chunk));
  child.stderr.on('data', (chunk) => err.push(chunk));
  child.stdin.on('error', () => {}); // it may end before it has read everything
  onStart(child);
  if (typeof input === 'string' || Buffer.isBuffer(input)) {
    child.stdin.end(input);
  } else {
    (async () => {
      for await (const chunk of input) if (!child.stdin.write(chunk)) await Promise.race([once(child.stdin, 'drain'), ended]);
      child.stdin.end();
    })().catch(() => {});
  }
  const [code, signal] = await ended;
  clearTimeout(timer);
  return { code, signal, out: String(Buffer.concat(out)), err: String(Buffer.concat(err)), seconds: Number(process.hrtime.bigint() - begun) / 1e9 };
}

// Uses the store at `url` of `service`. Returns what store_driver prints.
export async function store(service, args, { url = 's3://ci-cache/ci', env = {}, ...options } = {}) {
  const { out, err, code, signal } = await run('store_driver', [url, ...args], { ...options, env: { ...service.environment, ...env } });
  if (code !== 0) throw new Error(`store_driver ended with ${code ?? signal}: ${err}`);
  const told = JSON.parse(out);
  told.log = err;
  return told;
}

// Uses the history store at `url` of `service`. Returns what history_driver prints.
export async function history(service, args, { url = 's3://ci-cache/history', env = {}, ...options } = {}) {
  const { out, err, code, signal } = await run('history_driver', [url, ...args], { ...options, env: { ...service.environment, ...env } });
  if (code !== 0) throw new Error(`history_driver ended with ${code ?? signal}: ${err}`);
  return JSON.parse(out);
}

// A record's document.
export function record(runId, { day = '2026-11-21', time = '12:00:00', job = 'test', seconds = 3, status = 'success', id = randomUUID() } = {}) {
  return {
    schema: 1, id, repository: 'o/r', workflow: 'ci', job, matrix: {}, run_id: String(runId), run_attempt: 1,
    branch: 'main', commit_sha: 'c0ffee', status, exit_code: status === 'success' ? 0 : 2, started_at: `${day}T${time}Z`, seconds,
  };
}
export const lines = (documents) => documents.map((document) => `${JSON.stringify(document)}\n`).join('');

// Asserts that what store() told is a load of `bytes`.
export function assertLoaded(told, bytes) {
  assert.equal(told.outcome, 'loaded', JSON.stringify(told));
  assert.equal(told.sha256, createHash('sha256').update(bytes).digest('hex'));
}

// The request for an object's bytes.
export const getting = /^GET \/ci-cache\/ci\/[^?]*$/;
