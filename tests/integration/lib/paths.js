'use strict';
// A workspace and a home of their own in a temporary folder, the program run there, and trees to compare.
const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const binary = process.env.CI_OPTIMIZER || path.join(__dirname, '../../../build/dev/src/ci-optimizer');

class Place {
  constructor() {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ci-optimizer-paths-'));
    this.workspace = path.join(this.folder, 'workspace');
    this.home = path.join(this.folder, 'home');
    this.store = `file:${this.folder}/store`;
    this.environment = process.env.TMPDIR ? { TMPDIR: process.env.TMPDIR } : {};
    this.patience = 60_000; // milliseconds that a command may take
    for (const folder of [this.workspace, this.home]) fs.mkdirSync(folder);
  }

  at(name) { return path.join(this.workspace, name); }

  write(name, contents = name) {
    fs.mkdirSync(path.dirname(this.at(name)), { recursive: true });
    fs.writeFileSync(this.at(name), contents);
  }

  // Starts the program in the workspace.
  start(args) {
    const env = { PATH: process.env.PATH, HOME: this.home, GITHUB_WORKSPACE: this.workspace, ...this.environment };
    return spawn(binary, args, { cwd: this.workspace, env, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  // Runs the program and returns { code, signal, stdout, stderr, seconds }; it is killed when that takes too long.
  async run(...args) {
    const began = Date.now();
    const child = this.start(args);
    const timer = setTimeout(() => child.kill('SIGKILL'), this.patience);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => { stdout += chunk; });
    child.stderr.on('data', (chunk) => { stderr += chunk; });
    const [code, signal] = await once(child, 'close');
    clearTimeout(timer);
    return { code, signal, stdout, stderr, seconds: (Date.now() - began) / 1000 };
  }

  // Runs a command that prints JSON and must end with 0; returns that.
  async json(...args) {
    const result = await this.run(...args, '--json');
    assert.equal(result.code, 0, result.stdout + result.stderr);
    return JSON.parse(result.stdout);
  }

  dispose() {
    for (const entry of fs.readdirSync(this.folder, { recursive: true, withFileTypes: true })) {
      const folder = path.join(entry.parentPath ?? entry.path, entry.name);
      if (entry.isDirectory()) fs.chmodSync(folder, 0o755);
    }
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

// Calls `body(place)` and takes everything down afterwards.
async function inPlace(body) {
  const place = new Place();
  try {
    await body(place);
  } finally {
    place.dispose();
  }
}

// What lies at and below `root`: a line for each name, with type, mode, time, contents and links.
function tree(root) {
  const lines = [];
  const look = (name) => {
    const file = path.join(root, name);
    const status = fs.lstatSync(file);
    const mode = (status.mode & 0o7777).toString(8);
    if (status.isDirectory()) {
      lines.push(`${name}/ ${mode} ${status.mtimeMs}`);
      for (const entry of fs.readdirSync(file).sort()) look(path.join(name, entry));
    } else if (status.isSymbolicLink()) {
      lines.push(`${name} -> ${fs.readlinkSync(file)}`);
    } else {
      lines.push(`${name} ${mode} ${status.mtimeMs} ${status.nlink} ${fs.readFileSync(file).toString('base64')}`);
    }
  };
  if (fs.existsSync(root)) look('');
  return lines;
}

module.exports = { binary, Place, inPlace, tree };
