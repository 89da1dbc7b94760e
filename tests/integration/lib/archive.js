'use strict';
// An apt archive made on the spot: small packages built with dpkg-deb, indexed with apt-ftparchive, signed with gpg.
const { execFileSync } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

// This machine's architecture, in Debian's words.
const native = { x64: 'amd64' }[process.arch] ?? process.arch;

class Archive {
  // `architectures` are those that it has indexes of; the first is that of packages which name none.
  constructor({ architectures = [native] } = {}) {
    this.architectures = architectures;
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'archive-'));
    fs.chmodSync(this.folder, 0o755);
    fs.mkdirSync(path.join(this.folder, 'pool'));
  }

  // Where the packages of a suite lie.
  pool(suite = 'test') {
    return suite === 'test' ? 'pool' : `pool-${suite}`;
  }

  // Builds a package: { name, version?, architecture?, depends?, preinst?, postinst?, prerm?, postrm?, bytes?, compression?, control?,
  // debian?, files?, arrange?, suite? }. Scripts are shell lines; `bytes` of incompressible data make it that large; `control`
  // are further lines, `debian` and `files` texts by name; `arrange(folder)` has the last word on the tree. Returns the path
  // of the .deb.
  add({ name, version = '1.0', architecture = this.architectures[0], depends, preinst, postinst, prerm, postrm, bytes = 0, compression = 'gzip', control: lines = [], debian: members = {}, files = {}, arrange, suite }) {
    const tree = fs.mkdtempSync(path.join(os.tmpdir(), 'package-'));
    const debian = path.join(tree, 'DEBIAN');
    const share = path.join(tree, 'usr/share', name);
    fs.chmodSync(tree, 0o755);
    fs.mkdirSync(debian);
    fs.mkdirSync(share, { recursive: true });
    fs.writeFileSync(path.join(share, 'version'), `${version}\n`);
    if (bytes > 0) fs.writeFileSync(path.join(share, 'data'), crypto.randomBytes(bytes));
    const control = [
      `Package: ${name}`, `Version: ${version}`, `Architecture: ${architecture}`, 'Maintainer: Tests <tests@example.org>',
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
    const pool = path.join(this.folder, this.pool(suite));
    fs.mkdirSync(pool, { recursive: true });
    const file = path.join(pool, `${name}_${version}_${architecture}.deb`);
    execFileSync('dpkg-deb', [`-Z${compression}`, '-z1', '--root-owner-group', '--build', tree, file], { stdio: 'pipe' });
    fs.rmSync(tree, { recursive: true });
    return file;
  }

  remove(name, version = '1.0') {
    fs.rmSync(path.join(this.folder, 'pool', `${name}_${version}_${this.architectures[0]}.deb`));
  }

  // Writes the indexes of what is in the pools, and `fillers` entries beside them that make the package list long. With
  // `signer`, the Release files are signed too.
  publish({ fillers = 0, signer } = {}) {
    const suites = fs.readdirSync(this.folder).filter((name) => name.startsWith('pool')).map((name) => name.slice('pool-'.length) || 'test');
    for (const suite of suites) this.#publishSuite(suite, fillers, signer);
    return this;
  }

  #publishSuite(suite, fillers, signer) {
    const dist = path.join(this.folder, 'dists', suite);
    const index = (args) => execFileSync('apt-ftparchive', args, { cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'] });
    fs.rmSync(dist, { recursive: true, force: true });
    for (const architecture of this.architectures) {
      const folder = path.join(dist, `main/binary-${architecture}`);
      fs.mkdirSync(folder, { recursive: true });
      const entries = index(['--arch', architecture, 'packages', this.pool(suite)]).toString();
      const [first] = entries.split('\n\n');
      const extra = Array.from({ length: fillers }, (_, i) => `${first.replace(/^Package: .*/, `Package: filler-${i}`)}\n\n`);
      fs.writeFileSync(path.join(folder, 'Packages'), entries + extra.join(''));
    }
    const field = (name, value) => ['-o', `APT::FTPArchive::Release::${name}=${value}`];
    const release = index([...field('Suite', suite), ...field('Codename', suite), ...field('Components', 'main'),
      ...field('Architectures', this.architectures.join(' ')), 'release', `dists/${suite}`]);
    fs.writeFileSync(path.join(dist, 'Release'), release);
    if (signer) fs.writeFileSync(path.join(dist, 'InRelease'), signer.sign(release));
  }

  dispose() {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

// A key made for one test, which signs Release files. `armored` and `binary` are the two forms of its public half.
class Signer {
  constructor() {
    this.home = fs.mkdtempSync(path.join(os.tmpdir(), 'gnupg-'));
    this.#gpg(['--passphrase', '', '--quick-generate-key', 'Tests <tests@example.org>', 'ed25519', 'sign', 'never']);
    this.armored = this.#gpg(['--armor', '--export']).toString();
    this.binary = this.#gpg(['--export']);
  }

  sign(text) {
    return this.#gpg(['--clearsign'], text);
  }

  #gpg(args, input) {
    return execFileSync('gpg', ['--homedir', this.home, '--batch', '--quiet', '--pinentry-mode', 'loopback', ...args], { input, stdio: ['pipe', 'pipe', 'pipe'], timeout: 30_000 });
  }

  dispose() {
    execFileSync('gpgconf', ['--homedir', this.home, '--kill', 'all'], { stdio: 'ignore', timeout: 10_000 });
    fs.rmSync(this.home, { recursive: true, force: true });
  }
}

// The sources line of an archive served at `url`.
const source = (url, suite = 'test') => `deb [trusted=yes] ${url} ${suite} main`;

module.exports = { Archive, Signer, native, source };
