'use strict';
// Programs of arm64 on this machine: its own, or emulated by Debian's qemu-user-static through the kernel's binfmt_misc.
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const { native } = require('./archive');

const registry = '/proc/sys/fs/binfmt_misc';
const entry = `${registry}/qemu-aarch64`;
const definition = '/usr/lib/binfmt.d/qemu-aarch64.conf'; // of the package; with F, so that it works in every root

// Why this machine cannot run them, or undefined.
function whyNot() {
  if (native === 'arm64') return undefined;
  if (!fs.existsSync(definition)) return 'qemu-user-static is not installed: scripts/bootstrap arm64';
  if (!fs.readFileSync('/proc/filesystems', 'utf8').includes('\tbinfmt_misc\n') && !fs.existsSync(entry)) return 'the kernel has no binfmt_misc';
  return undefined;
}

// Makes the kernel start them, for all of the machine; returns a function that ends it where it was not so before.
function emulate() {
  if (native === 'arm64' || fs.existsSync(entry)) return () => {};
  if (!fs.existsSync(`${registry}/register`)) execFileSync('mount', ['-t', 'binfmt_misc', 'binfmt_misc', registry], { timeout: 10_000 });
  fs.writeFileSync(`${registry}/register`, fs.readFileSync(definition, 'latin1').trim(), 'latin1');
  return () => fs.writeFileSync(entry, '-1');
}

module.exports = { whyNot, emulate };
