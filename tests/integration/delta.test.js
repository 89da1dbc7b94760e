'use strict';
// A real installation, what `internal delta` says it changed, and that put onto another copy of the same base: the
// two trees must be equal in everything.
const test = require('node:test');
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { Root } = require('./lib/root');
const { ended } = require('./lib/scene');
const { tree, differences } = require('./lib/tree');

const long = process.env.CI_OPTIMIZER_LONG === '1' ? {} : { skip: 'takes minutes: scripts/test --long' };
const snapshot = '/run/before';
const excluded = ['/var/cache/apt/archives', '/var/lib/apt/lists'];
const never = ['/proc', '/sys', '/dev', '/run', '/tmp', '/var/tmp', ...excluded];

// Runs shell lines in the root between a snapshot and the question what changed. Returns the answer.
async function capture(root, script) {
  const exclusions = excluded.map((one) => `--exclude ${one}`).join(' ');
  const taken = await root.run(['sh', '-ec', `ci-optimizer internal delta snapshot ${exclusions} ${snapshot}
    { ${script}\n} >&2
    exec ci-optimizer internal delta changes ${snapshot}`], { limit: 400_000, env: { DEBIAN_FRONTEND: 'noninteractive' } });
  ended(taken, 0);
  return JSON.parse(taken.stdout);
}

// Puts the changes onto another root: deletions from the deepest up, then the members through tar.
function apply(changes, from, to) {
  const gone = changes.filter(({ kind, was }) => kind === 'deleted' || was !== undefined).map((one) => one.path);
  for (const name of gone.reverse()) {
    const real = to.at(name);
    if (fs.lstatSync(real).isDirectory()) fs.rmdirSync(real);
    else fs.unlinkSync(real);
  }
  const members = changes.filter(({ kind }) => kind !== 'deleted').map((one) => '.' + one.path);
  const list = `${to.folder}.members`;
  fs.writeFileSync(list, members.join('\0'));
  try {
    const both = ['--xattrs', '--xattrs-include=*', '--numeric-owner'];
    const archive = execFileSync('tar', ['--create', '--format=posix', ...both, '--directory', from.folder, '--no-recursion', '--null',
      '--verbatim-files-from', '--files-from', list], { maxBuffer: 2 ** 31 - 1, timeout: 120_000 });
    // --absolute-names: else tar puts links with ".." in place last, after the times of the folders.
    execFileSync('tar', ['--extract', '--preserve-permissions', '--absolute-names', ...both, '--directory', to.folder], { input: archive, timeout: 120_000 });
  } finally {
    fs.rmSync(list);
  }
}

// Installs in one root, applies to another, and compares. `prepare` brings both to the base from which it begins.
async function sameAfterwards(script, { prepare = async () => {}, check = () => {} } = {}) {
  const installed = new Root();
  const restored = new Root();
  try {
    await prepare(installed);
    // The very same base, times too: copied, not prepared again.
    execFileSync('sh', ['-ec', 'find "$2" -mindepth 1 -maxdepth 1 -exec rm -rf {} +; tar -C "$1" --xattrs --xattrs-include="*" --format=posix --numeric-owner -cf - . | tar -C "$2" --xattrs --xattrs-include="*" --numeric-owner -xpf -',
      'sh', installed.folder, restored.folder], { timeout: 120_000 });
    const found = await capture(installed, script);
    check(found);
    apply(found.changes, installed, restored);
    const leftOut = new Set([...never, ...found.left_out]);
    const off = (name) => leftOut.has(name);
    const differing = differences(tree(installed.folder, off), tree(restored.folder, off));
    assert.equal(differing.length, 0, `${differing.length} paths differ:\n${differing.slice(0, 20).join('\n')}`);
    const audit = await restored.run(['sh', '-ec', 'dpkg --audit; apt-get check -q >&2']);
    ended(audit, 0);
    assert.equal(audit.stdout, '', 'dpkg --audit finds nothing');
    return found;
  } finally {
    installed.dispose();
    restored.dispose();
  }
}

const install = (packages) => `apt-get -q update && apt-get -q install -y ${packages}`;

// Builds a package from files (path -> text) and control lines, and puts it where the sweep does not look.
function deb(root, { name, version = '1.0', control = [], files = {}, scripts = {} }) {
  const folder = root.at(`/var/tmp/${name}-${version}`);
  for (const [file, text] of Object.entries(files)) {
    fs.mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), text);
  }
  fs.mkdirSync(path.join(folder, 'DEBIAN'), { recursive: true });
  for (const [script, body] of Object.entries(scripts)) {
    fs.writeFileSync(path.join(folder, 'DEBIAN', script), `#!/bin/sh\nset -e\n${body}\n`, { mode: 0o755 });
  }
  fs.writeFileSync(path.join(folder, 'DEBIAN/control'), [`Package: ${name}`, `Version: ${version}`, 'Architecture: all',
    'Maintainer: Tests <tests@example.org>', `Description: ${name}`, ...control, ''].join('\n'));
  execFileSync('dpkg-deb', ['-Znone', '--root-owner-group', '--build', folder, `${folder}.deb`], { stdio: 'pipe' });
  return `/var/tmp/${name}-${version}.deb`;
}

test('a package with users, links, modes, hard links and deletions comes back exactly', { timeout: 120_000 }, async () => {
  const files = { 'etc/one.conf': 'a\n', 'usr/lib/one/data': 'x'.repeat(100_000), 'usr/share/one/ü b': 'y' };
  const postinst = `useradd --system --no-create-home one
    ln /usr/lib/one/data /usr/lib/one/same
    chmod 4750 /usr/lib/one/data; chown one:one /usr/lib/one/data
    update-alternatives --install /usr/bin/one one /usr/lib/one/data 10
    rm -r /usr/share/doc/bash; mv /etc/issue.net /etc/issue.moved
    rm -r /usr/share/bug; ln -s doc /usr/share/bug
    mkdir -m 2770 /var/lib/one; mkdir -p /run/one`;
  let file;
  const found = await sameAfterwards('dpkg -i /var/tmp/one-1.0.deb', {
    prepare: async (root) => { file = deb(root, { name: 'one', files, scripts: { postinst } }); },
  });
  assert.equal(file, '/var/tmp/one-1.0.deb');
  const by = new Map(found.changes.map((one) => [one.path, one]));
  assert.equal(by.get('/usr/lib/one/same').hard_link_to, '/usr/lib/one/data');
  assert.equal(by.get('/usr/share/doc/bash').kind, 'deleted');
  assert.equal(by.get('/usr/share/bug').was, 'd');
  assert.equal(by.get('/etc/passwd').rule, 'merge');
  assert.match(by.get('/etc/passwd').replaced, /^sha256:[0-9a-f]{64}$/);
  assert.equal(by.get('/etc/shadow').rule, 'merge-secret');
  assert.equal(by.get('/etc/alternatives/one').replaced, 'absent');
  assert.deepEqual(found.packages, [{ name: 'one', architecture: 'all', before: '', after: '1.0' }]);
  assert.deepEqual(found.obstacles, []);
  assert.ok(!by.has('/etc/hosts'), 'unrelated files are no changes');
});

test('an upgrade that removes a conflicting package comes back exactly', { timeout: 120_000 }, async () => {
  const found = await sameAfterwards('apt-get -q install -y /var/tmp/two-2.0.deb', {
    prepare: async (root) => {
      const old = deb(root, { name: 'two', files: { 'usr/share/two/old': '1', 'usr/share/two/both': '1', 'etc/two.conf': '1' } });
      const other = deb(root, { name: 'three', files: { 'usr/share/three/file': '1' } });
      deb(root, { name: 'two', version: '2.0', control: ['Conflicts: three', 'Replaces: three'], files: { 'usr/share/two/both': '2', 'usr/share/two/new': '2', 'usr/share/three/file': '2' } });
      ended(await root.run(['dpkg', '-i', old, other]), 0);
    },
  });
  assert.deepEqual(found.packages.map(({ name, before, after }) => [name, before, after]).sort(),
    [['three', '1.0', ''], ['two', '1.0', '2.0']]);
});

test('a daemon that runs after the installation is told', { timeout: 120_000 }, async () => {
  const root = new Root();
  try {
    deb(root, { name: 'four', files: { 'usr/share/four/x': '1' },
      scripts: { postinst: 'cp /bin/sleep /usr/sbin/fourd\n(setsid /usr/sbin/fourd 20 </dev/null >/dev/null 2>&1 &)' } });
    const taken = await root.run(['sh', '-ec', `ci-optimizer internal delta snapshot ${snapshot}
      dpkg -i /var/tmp/four-1.0.deb >&2
      ci-optimizer internal delta changes ${snapshot}`]);
    assert.equal(taken.code, 0, taken.stderr);
    const { obstacles } = JSON.parse(taken.stdout);
    assert.equal(obstacles.length, 1);
    assert.match(obstacles[0].what, /^\/usr\/sbin\/fourd is running/);
    assert.equal(obstacles[0].remedy, 'refuse');
  } finally {
    root.dispose();
  }
});

test('what is mounted is no change; what an installation mounts is told', { timeout: 120_000 }, async () => {
  const root = new Root();
  try {
    fs.mkdirSync(root.at('/srv/before'));
    fs.mkdirSync(root.at('/srv/later'));
    const taken = await root.run(['sh', '-ec', `mount -t tmpfs tmpfs /srv/before
      touch /run/bound && mount --bind /run/bound /etc/issue
      ci-optimizer internal delta snapshot ${snapshot}
      touch /srv/before/file && echo text >/etc/issue && mount -t tmpfs tmpfs /srv/later && touch /srv/later/file
      ci-optimizer internal delta changes ${snapshot}`]);
    ended(taken, 0);
    const { changes, obstacles } = JSON.parse(taken.stdout);
    assert.deepEqual(changes, []);
    assert.deepEqual(obstacles.map(({ what, remedy, path: where }) => [what, remedy, where]),
      [['mounts a file system', 'refuse', '/srv/later']]);
  } finally {
    root.dispose();
  }
});

test('the fingerprint is the same for two copies of a base and tells a changed one', { timeout: 120_000 }, async () => {
  const one = new Root();
  const two = new Root();
  const fingerprint = async (root) => {
    const asked = await root.run(['ci-optimizer', 'internal', 'delta', 'fingerprint']);
    ended(asked, 0);
    return JSON.parse(asked.stdout);
  };
  try {
    const first = await fingerprint(one);
    assert.deepEqual(await fingerprint(two), first);
    two.write('/etc/dpkg/dpkg.cfg.d/docs', 'path-exclude=/usr/share/doc/*\n');
    const second = await fingerprint(two);
    assert.notEqual(second.digest, first.digest);
    const differing = second.parts.filter((part, i) => part.digest !== first.parts[i].digest).map((part) => part.name);
    assert.deepEqual(differing, ['dpkg-options']);
  } finally {
    one.dispose();
    two.dispose();
  }
});

for (const packages of ['man-db nginx', 'ffmpeg libglib2.0-0 libgl1 fonts-dejavu-core', 'postgresql', 'openjdk-17-jre-headless',
  'texlive-latex-base', 'qemu-user-static', 'python3-numpy', 'iputils-ping systemd dbus']) {
  test(`${packages}: comes back exactly`, { timeout: 600_000, ...long }, () => sameAfterwards(install(packages)));
}
