'use strict';
// A throw-away root (scripts/lib/root.sh) with the helper under test in it, and commands run inside.
const { execFileSync, spawn } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const project = path.resolve(__dirname, '../../..');
const rootCommand = path.join(project, 'scripts/lib/root.sh');
const historyFolder = '/var/tmp/history';

class Root {
  // A fresh root; `withPackage` is one that the kept root has beyond the minimum; `sources` are sources.list lines,
  // the machine's own when not given. With `copyOf`, another root, all of it is copied instead, times too. With `size`, a
  // text such as "300m", it is a file system of its own that holds no more. `architecture` is another than the machine's, in
  // Debian's words, with `helper` for it: everything in such a root is emulated, and gets ten times the time.
  constructor({ withPackage, sources, copyOf, size, architecture, helper = process.env.CI_OPTIMIZER } = {}) {
    this.folder = path.join(process.env.CI_OPTIMIZER_ROOTS, `test-${crypto.randomBytes(6).toString('hex')}`);
    this.mounts = [];
    this.patience = copyOf?.patience ?? (architecture ? 10 : 1);
    if (size) this.mount('/', size);
    if (copyOf) {
      execFileSync('cp', ['--archive', '--no-target-directory', copyOf.folder, this.folder], { timeout: 120_000 });
      return;
    }
    execFileSync(rootCommand, ['new', ...(architecture ? ['--architecture', architecture] : []), ...(withPackage ? ['--with', withPackage] : []), this.folder], { stdio: ['ignore', 'ignore', 'inherit'], timeout: 300_000 * this.patience });
    execFileSync(rootCommand, ['install', helper, this.folder], { stdio: ['ignore', 'ignore', 'inherit'], timeout: 30_000 });
    if (sources) this.sources(...sources);
  }

  // Mounts an empty file system of that size.
  mount(where, size) {
    fs.mkdirSync(this.at(where), { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `mode=755,size=${size}`, 'tmpfs', this.at(where)], { timeout: 10_000 });
    this.mounts.unshift(this.at(where));
  }

  sources(...lines) {
    this.write('/etc/apt/sources.list', lines.join('\n') + '\n');
  }

  at(file) {
    return path.join(this.folder, file);
  }

  write(file, text) {
    fs.mkdirSync(path.dirname(this.at(file)), { recursive: true });
    fs.writeFileSync(this.at(file), text);
  }

  exists(file) {
    return fs.existsSync(this.at(file));
  }

  // Starts a command inside. Returns { signal(name), kill(), done }, kill() taking everything in the root down, done being
  // a promise of { code, stdout, stderr, seconds, leftovers }: what outlived the command, as command lines. It is kept or
  // broken when no process is left in the root. After `limit` milliseconds all of it is killed.
  start(command, { user, env = {}, limit = 60_000 * this.patience } = {}) {
    const leftovers = `${this.folder}.leftovers`;
    const variables = Object.entries({ CI: 'true', ...env }).map(([name, value]) => `${name}=${value}`);
    const began = Date.now();
    const child = spawn(rootCommand, ['run', '--leftovers', leftovers, ...(user ? ['--user', user] : []), this.folder, ...variables, ...command],
      { stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr']) child[stream].setEncoding('utf8').on('data', (text) => { output[stream] += text; });
    let killed = false;
    const kill = () => {
      killed = true;
      // Killed like this, all processes are gone when unshare is: it waits for the first one, and that for the others.
      // With unshare itself killed, some would still be going while a next command looks at what they leave.
      const first = firstProcess(child.pid);
      if (!first) child.kill('SIGKILL'); // there is none yet, or none any more
      else process.kill(first, 'SIGKILL');
    };
    const timer = setTimeout(kill, limit);
    const done = new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => {
        clearTimeout(timer);
        const seconds = (Date.now() - began) / 1000;
        // Of a first process that was killed unshare only tells that something went wrong.
        if (signal || (killed && code !== 0)) return reject(new Error(`${command.join(' ')} was killed after ${seconds} s: ${output.stderr}`));
        const left = fs.readFileSync(leftovers, 'utf8');
        fs.rmSync(leftovers);
        resolve({ code, ...output, seconds, leftovers: left });
      });
    });
    // The child is unshare, its child the first process of the namespace, and the child of that the command.
    const signal = (name) => process.kill(childrenOf(firstProcess(child.pid))[0], name);
    return { signal, kill, done };
  }

  run(command, options) {
    return this.start(command, options).done;
  }

  // Starts `ci-optimizer optimize` for the packages; `config` is the text of the apt section's keys.
  startOptimize(packages, { args = [], config, ...options } = {}) {
    if (config !== undefined) this.write('/etc/ci-optimizer.yml', `version: 1\n${config}`);
    const files = config === undefined ? [] : ['--config', '/etc/ci-optimizer.yml'];
    return this.start(['ci-optimizer', 'optimize', '--packages', packages, '--history', `file:${historyFolder}`, ...files, ...args], options);
  }

  optimize(packages, options) {
    return this.startOptimize(packages, options).done;
  }

  // The newest record that the helper has kept in this root.
  record() {
    const folder = this.at(`${historyFolder}/records`);
    const records = fs.readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.json'))
      .map((name) => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8')));
    return records.sort((a, b) => a.started_at.localeCompare(b.started_at)).at(-1);
  }

  // dpkg's own word on every package that it knows: name -> { version, architecture, kibibytes, state }.
  async installed() {
    const { stdout } = await this.run(['dpkg-query', '-W', '-f', '${Package}\\t${Version}\\t${Architecture}\\t${Installed-Size}\\t${db:Status-Abbrev}\\n']);
    return new Map(stdout.trim().split('\n').map((line) => {
      const [name, version, architecture, kibibytes, state] = line.split('\t');
      return [name, { version, architecture, kibibytes: Number(kibibytes), state: state.trim() }];
    }));
  }

  dispose() {
    for (const where of this.mounts) execFileSync('umount', [where], { timeout: 10_000 });
    execFileSync(rootCommand, ['remove', this.folder], { timeout: 60_000 });
  }
}

// The process numbers of the children of `parent`.
function childrenOf(parent) {
  return fs.readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const stat = fs.readFileSync(`/proc/${name}/stat`, 'latin1');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent;
    } catch {
      return false; // gone between the two looks
    }
  }).map(Number);
}

// The child of `parent` that is the first process of its own namespace; nothing when there is none.
function firstProcess(parent) {
  const own = fs.readlinkSync('/proc/self/ns/pid');
  return childrenOf(parent).find((child) => {
    try {
      return fs.readlinkSync(`/proc/${child}/ns/pid`) !== own;
    } catch {
      return false;
    }
  });
}

// Waits until `condition()` holds, at most `limit` milliseconds.
async function until(what, condition, limit = 20_000) {
  const end = Date.now() + limit;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`${what}: not within ${limit} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

module.exports = { Root, until, historyFolder };
