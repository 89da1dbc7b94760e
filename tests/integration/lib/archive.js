'use strict';
// An apt archive made on the spot: small packages built with dpkg-deb, indexed with apt-ftparchive.
const { execFileSync } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

class Archive {
  constructor() {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'archive-'));
    fs.chmodSync(this.folder, 0o755);
    fs.mkdirSync(path.join(this.folder, 'pool'));
    fs.mkdirSync(path.join(this.folder, 'dists/test/main/binary-amd64'), { recursive: true });
  }

  // Builds a package: { name, version?, depends?, preinst?, postinst?, prerm?, postrm?, bytes?, compression?, control?, debian?,
  // files?, arrange? }. Scripts are shell lines; `bytes` of incompressible data make it that large; `control` are further
  // lines, `debian` and `files` texts by name; `arrange(folder)` has the last word on the tree. Returns the path of the .deb.
  add({ name, version = '1.0', depends, preinst, postinst, prerm, postrm, bytes = 0, compression = 'gzip', control: lines = [], debian: members = {}, files = {}, arrange }) {
    const tree = fs.mkdtempSync(path.join(os.tmpdir(), 'package-'));
    const debian = path.join(tree, 'DEBIAN');
    const share = path.join(tree, 'usr/share', name);
    fs.chmodSync(tree, 0o755);
    fs.mkdirSync(debian);
    fs.mkdirSync(share, { recursive: true });
    fs.writeFileSync(path.join(share, 'version'), `${version}\n`);
    if (bytes > 0) fs.writeFileSync(path.join(share, 'data'), crypto.randomBytes(bytes));
    const control = [
      `Package: ${name}`, `Version: ${version}`, 'Architecture: amd64', 'Maintainer: Tests <tests@example.org>',
      `Installed-Size: ${Math.ceil(bytes / 1024) + 1}`, ...(depends ? [`Depends: ${depends}`] : []), `Description: ${name}`, ...lines,
    ];
    fs.writeFileSync(path.join(debian, 'control'), control.join('\n') + '\n');
    for (const [script, body] of Object.entries({ preinst, postinst, prerm, postrm })) {
      if (body) fs.writeFileSync(path.join(debian, script), `#!/bin/sh\nset -e\n${body}\n`, { mode: 0o755 });
    }
    for (const [member, text] of Object.entries(members)) fs.writeFileSync(path.join(debian, member), text);
    for (const [file, text] of Object.entries(files)) {
      fs.mkdirSync(path.join(tree, path.dirname(file)), { recursive: true });
      fs.writeFileSync(path.join(tree, file), text);
    }
    arrange?.(tree);
    const file = path.join(this.folder, 'pool', `${name}_${version}_amd64.deb`);
    execFileSync('dpkg-deb', [`-Z${compression}`, '-z1', '--root-owner-group', '--build', tree, file], { stdio: 'pipe' });
    fs.rmSync(tree, { recursive: true });
    return file;
  }

  remove(name, version = '1.0') {
    fs.rmSync(path.join(this.folder, 'pool', `${name}_${version}_amd64.deb`));
  }

  // Writes the indexes of what is in the pool, and `fillers` entries beside them that make the package list long. The
  // archive is unsigned.
  publish({ fillers = 0 } = {}) {
    const dist = path.join(this.folder, 'dists/test');
    const index = (args) => execFileSync('apt-ftparchive', args, { cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'] });
    fs.rmSync(path.join(dist, 'Release'), { force: true });
    const entries = index(['packages', 'pool']).toString();
    const [first] = entries.split('\n\n');
    const extra = Array.from({ length: fillers }, (_, i) => `${first.replace(/^Package: .*/, `Package: filler-${i}`)}\n\n`);
    fs.writeFileSync(path.join(dist, 'main/binary-amd64/Packages'), entries + extra.join(''));
    const field = (name, value) => ['-o', `APT::FTPArchive::Release::${name}=${value}`];
    const release = index([...field('Suite', 'test'), ...field('Codename', 'test'), ...field('Components', 'main'),
      ...field('Architectures', 'amd64'), 'release', 'dists/test']);
    fs.writeFileSync(path.join(dist, 'Release'), release);
    return this;
  }

  dispose() {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

// The sources line of an archive served at `url`.
const source = (url) => `deb [trusted=yes] ${url} test main`;

module.exports = { Archive, source };
