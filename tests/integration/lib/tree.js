'use strict';
// Whole trees of files: what each path is, and how two trees differ.
const { execFileSync } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const kinds = [['isFile', 'file'], ['isDirectory', 'directory'], ['isSymbolicLink', 'symlink'], ['isFIFO', 'fifo'],
  ['isSocket', 'socket'], ['isCharacterDevice', 'character device'], ['isBlockDevice', 'block device']];

// path -> hex digest of its extended attributes; paths without any are not there.
function attributes(root) {
  const text = execFileSync('getfattr', ['--recursive', '--physical', '--dump', '--no-dereference', '--match=-', '--encoding=hex', '.'],
    { cwd: root, encoding: 'latin1', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'ignore'] });
  const found = new Map();
  for (const block of text.split('\n\n')) {
    const [first, ...values] = block.split('\n');
    if (!first.startsWith('# file: ')) continue;
    const name = first.slice(8).replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8)));
    found.set('/' + Buffer.from(name, 'latin1').toString().replace(/^\.\/?/, ''), values.filter(Boolean).sort().join(' '));
  }
  return found;
}

// Returns a map from every path below `root` that `left_out(path)` does not name to what it is, as one line of text:
// type, mode, owner, time, contents, link target, attributes, and the first path of the same inode.
function tree(root, leftOut) {
  const entries = new Map();
  const inodes = new Map();
  const xattrs = attributes(root);
  const visit = (name) => {
    if (leftOut(name)) return;
    const real = path.join(root, name);
    const status = fs.lstatSync(real, { bigint: true });
    const kind = kinds.find(([is]) => status[is]())[1];
    const facts = [kind, (status.mode & 0o7777n).toString(8), `${status.uid}:${status.gid}`, `mtime ${status.mtimeNs}`];
    if (kind === 'file') facts.push(`${status.size} bytes`, crypto.createHash('sha256').update(fs.readFileSync(real)).digest('hex'));
    if (kind === 'symlink') facts.push(`-> ${fs.readlinkSync(real)}`);
    if (xattrs.has(name)) facts.push(xattrs.get(name));
    if (kind !== 'directory' && status.nlink > 1n) {
      if (!inodes.has(status.ino)) inodes.set(status.ino, name);
      facts.push(`same as ${inodes.get(status.ino)}`);
    }
    entries.set(name, facts.join(' '));
    if (kind === 'directory') for (const child of fs.readdirSync(real).sort()) visit(path.join(name, child));
  };
  visit('/');
  return entries;
}

// Returns a line for each path in which the trees differ.
function differences(expected, actual) {
  const lines = [];
  for (const name of [...new Set([...expected.keys(), ...actual.keys()])].sort()) {
    if (expected.get(name) !== actual.get(name)) lines.push(`${name}\n  expected ${expected.get(name) ?? 'absent'}\n  actual   ${actual.get(name) ?? 'absent'}`);
  }
  return lines;
}

module.exports = { tree, differences };
