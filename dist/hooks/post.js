'use strict';
// Ends what main.js began: the helper saves the caches that later steps have filled, and completes record and check run
// of a main step that was killed, if it left a state to do so; then its private copy is removed. The folder's path comes
// from the step's state, which only main.js writes. Nothing that goes wrong here fails the job.
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const directory = process.env.STATE_directory;

function end(problem) {
  if (problem) process.stdout.write(`::warning title=ci-optimizer::the end of the job was not dealt with (caches, check run): ${problem}\n`);
  fs.rmSync(directory, { recursive: true, force: true });
}

if (directory) {
  const state = path.join(directory, 'state.json');
  if (fs.existsSync(state)) {
    const child = spawn(path.join(directory, 'ci-optimizer'), ['optimize', '--finish', '--action', '--state', state], { stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
    child.on('error', (error) => end(`cannot start the helper (${error.code})`));
    child.on('exit', (code, signal) => end(code === 0 ? undefined : `the helper ended with ${signal ?? code}`));
  } else {
    end();
  }
}
