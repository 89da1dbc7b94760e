// The monitoring tools, as scripts/bootstrap has unpacked them from their packages, or as they are installed.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const project = fileURLToPath(new URL('../..', import.meta.url));
export const binary = process.env.CI_OPTIMIZER ?? path.join(project, 'build/dev/src/ci-optimizer');
const folders = [path.join(project, 'build/tools/monitoring/usr/bin'), ...process.env.PATH.split(':')];

// The file of a tool, or undefined.
export const tool = (name) => folders.map((folder) => path.join(folder, name)).find((file) => fs.existsSync(file));

// The options of a test that needs tools: it is skipped where one is missing.
export function needs(...names) {
  const missing = names.filter((name) => !tool(name));
  return missing.length > 0 ? { skip: `${missing.join(', ')} not there (scripts/bootstrap test)` } : {};
}

// Runs a program to its end. Returns { code, out, err }.
export function run(file, args, { env = {}, input = '', limit = 20_000 } = {}) {
  return new Promise((resolve) => {
    const child = execFile(file, args, { env: { PATH: process.env.PATH, ...env }, timeout: limit, killSignal: 'SIGKILL', maxBuffer: 64 << 20 },
      (error, out, err) => resolve({ code: error ? error.code : 0, out, err }));
    child.stdin.on('error', () => {}); // it may end before it has read everything
    child.stdin.end(input);
  });
}

// Runs `history export`. The records are written to a folder of the test's own.
export async function exported(format, records, args = [], options = {}) {
  const folder = temporaryFolder();
  records.forEach((record, i) => fs.writeFileSync(path.join(folder, `${String(i).padStart(5, '0')}.json`), JSON.stringify(record)));
  const ended = await run(binary, ['history', 'export', '--format', format, ...args, folder], options);
  fs.rmSync(folder, { recursive: true });
  return ended;
}

export const ciOptimizer = (args, options) => run(binary, args, options);

export const temporaryFolder = () => fs.mkdtempSync(path.join(os.tmpdir(), 'ci-optimizer-export-'));

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

// Starts a server that gets its port from `args(port, folder)` and waits until `ready` (a path) answers 200.
export async function start(name, args, ready) {
  const folder = temporaryFolder();
  for (let tried = 0; tried < 3; ++tried) { // another process may take the port first
    const port = await freePort();
    const child = spawn(tool(name), args(port, folder), { stdio: ['ignore', 'pipe', 'pipe'], cwd: folder });
    let said = '';
    child.stdout.on('data', (chunk) => { said += chunk; });
    child.stderr.on('data', (chunk) => { said += chunk; });
    const ended = once(child, 'close');
    const url = `http://127.0.0.1:${port}`;
    const stop = async () => {
      child.kill('SIGKILL');
      await ended;
      fs.rmSync(folder, { recursive: true, force: true });
    };
    for (let i = 0; i < 200 && child.exitCode === null; ++i) {
      if (await fetch(url + ready).then((answer) => answer.ok, () => false)) return { url, folder, stop, said: () => said };
      await wait(50);
    }
    child.kill('SIGKILL');
    await ended;
    if (tried === 2) throw new Error(`${name} does not start: ${said.slice(-2000)}`);
  }
}

// Asks again and again until `question` gives something that is true, for 15 s.
export async function eventually(question) {
  for (let i = 0; i < 150; ++i) {
    const answer = await question();
    if (answer) return answer;
    await wait(100);
  }
  throw new Error('it did not happen within 15 s');
}

// The result of a PromQL query.
export async function query(url, expression, parameters = {}) {
  const answer = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: expression, ...parameters })}`);
  const { status, data, error } = await answer.json();
  if (status !== 'success') throw new Error(`${expression}: ${error}`);
  return data.result;
}
