'use strict';
// What the tests of the cache need: packages that do to a system all that packages do, and several copies of one root
// to install them in.
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { Archive, source } = require('./archive');
const { Root } = require('./root');
const { serve } = require('./server');
const { tree, differences } = require('./tree');

const storeFolder = '/var/tmp/store';
const started = '/run/apt-get-was-started';

// Asked for: an upgrade that removes a package in its way, and one that makes users, alternatives and whatnot.
const request = 'alpha two=2.0';
const requested = ['alpha', 'beta', 'gamma', 'two'];

// A file capability (cap_net_raw=ep) as the kernel keeps it; the root has no setcap. The number is that of setxattr(2).
const giveCapability = (file) =>
  `perl -MPOSIX -e '($f, $n, $v) = ("${file}", "security.capability", pack("V5", 0x02000001, 1 << 13, 0, 0, 0));
    syscall((POSIX::uname())[4] eq "aarch64" ? 5 : 188, $f, $n, $v, 20, 0) == 0 or die $!'`;

const alpha = {
  name: 'alpha',
  depends: 'beta, gamma, adduser',
  bytes: 300_000,
  debian: { conffiles: '/etc/alpha.conf\n', triggers: 'activate-noawait ldconfig\n' },
  files: {
    'etc/alpha.conf': 'colour = red\n'.repeat(500),
    'usr/share/alpha/ü and a blank': 'y',
    'usr/share/alpha/empty': '',
    'usr/share/gamma/plugins/alpha': 'alpha\n',
    'usr/lib/alpha/tool': '#!/bin/sh\necho alpha\n',
    'usr/lib/alpha/capable': 'x'.repeat(5000),
  },
  arrange(folder) {
    const at = (name) => path.join(folder, name);
    fs.chmodSync(at('usr/lib/alpha/tool'), 0o755);
    fs.linkSync(at('usr/share/alpha/data'), at('usr/share/alpha/same-data'));
    fs.symlinkSync('../alpha/data', at('usr/share/alpha/link'));
    fs.symlinkSync('/nowhere', at('usr/share/alpha/dangling'));
    fs.mkdirSync(at('var/lib/alpha/state'), { recursive: true });
    fs.chmodSync(at('var/lib/alpha/state'), 0o2770);
  },
  postinst: `adduser --quiet --system --group --no-create-home --home /var/lib/alpha alpha
    adduser --quiet alpha adm
    dpkg-statoverride --list /usr/lib/alpha/tool >/dev/null || dpkg-statoverride --update --add alpha adm 4750 /usr/lib/alpha/tool
    chown -R alpha:alpha /var/lib/alpha
    ${giveCapability('/usr/lib/alpha/capable')}
    update-alternatives --quiet --install /usr/bin/letter letter /usr/lib/alpha/tool 10
    add-shell /usr/lib/alpha/tool`,
  prerm: 'update-alternatives --remove letter /usr/lib/alpha/tool',
  postrm: 'test "$1" != purge || { dpkg-statoverride --remove /usr/lib/alpha/tool; sed -i "/alpha/d" /etc/shells; rm -rf /var/lib/alpha; }',
};

// Rebuilds its cache whenever another package brings a plug-in.
const gamma = {
  name: 'gamma',
  debian: { triggers: 'interest-noawait /usr/share/gamma/plugins\n' },
  files: { 'usr/share/gamma/plugins/own': 'gamma\n' },
  postinst: 'mkdir -p /var/cache/gamma; (cd /usr/share/gamma/plugins && sort -- *) >/var/cache/gamma/index',
  postrm: 'test "$1" != purge || rm -rf /var/cache/gamma',
};
const beta = { name: 'beta', version: '2.1-3', bytes: 100_000, postinst: 'rm -rf /usr/share/bug; ln -s doc /usr/share/bug; rm -f /etc/issue.net; echo moved >/etc/issue.moved' };
const two = [
  { name: 'two', files: { 'etc/two.conf': '1\n', 'usr/share/two/old': '1', 'usr/share/two/both': '1' }, debian: { conffiles: '/etc/two.conf\n' } },
  { name: 'two', version: '2.0', control: ['Conflicts: three', 'Replaces: three'], debian: { conffiles: '/etc/two.conf\n' },
    files: { 'etc/two.conf': '2\n', 'usr/share/two/new': '2', 'usr/share/two/both': '2', 'usr/share/three/file': '2' } },
];
const three = { name: 'three', files: { 'usr/share/three/file': '1', 'usr/share/three/more/deep': '1' } };

// Enough files that a restore can be interrupted.
const bulk = {
  name: 'bulk',
  files: Object.fromEntries(Array.from({ length: 4000 }, (_, i) => [`usr/share/bulk/${i % 40}/${i}`, `${i}\n`.repeat(i)])),
  debian: { conffiles: '/etc/bulk/bulk.conf\n' },
};
bulk.files['etc/bulk/bulk.conf'] = 'size = large\n'.repeat(100_000);
const odd = [
  { name: 'other' },
  { name: 'broken', postinst: 'exit 3' },
  { name: 'daemon', postinst: 'cp /bin/sleep /usr/sbin/testd; (setsid /usr/sbin/testd 20 </dev/null >/dev/null 2>&1 &)' },
];

class Twins {
  // A mirror with `packages` for `architectures`, and a base root: `suites` of the mirror are its sources, `installed` are in
  // it, its lists are fresh, and it tells when apt-get is started; `withPackage` is for the root, as are `architecture` and `helper` (lib/root.js). Every copy of it is the same to the nanosecond.
  static async make({ packages = [alpha, beta, gamma, ...two, three, ...odd], further = [], installed = ['two=1.0', 'three'],
    architecture, helper, architectures = architecture && [architecture], suites = ['test'], withPackage } = {}) {
    const twins = new Twins();
    twins.roots = [];
    try {
      twins.archive = new Archive({ architectures });
      for (const one of [...packages, ...further]) twins.archive.add(one);
      twins.archive.publish();
      twins.server = await serve(twins.archive.folder);
      twins.base = new Root({ withPackage, architecture, helper, sources: suites.map((suite) => source(twins.server.url, suite)) });
      const prepared = await twins.base.run(['sh', '-ec', `apt-get -q update; test -z "$*" || apt-get -q install -y "$@"
        dpkg-divert --quiet --local --rename --add /usr/bin/apt-get
        printf '#!/bin/sh\\ntouch ${started}\\nexec /usr/bin/apt-get.distrib "$@"\\n' >/usr/bin/apt-get; chmod 755 /usr/bin/apt-get`, 'sh', ...installed]);
      assert.equal(prepared.code, 0, prepared.stderr + prepared.stdout);
      return twins;
    } catch (error) {
      await twins.dispose();
      throw error;
    }
  }

  // A copy of the base, or of another root; `size` as in lib/root.js.
  copy(of = this.base, { size } = {}) {
    const root = new Root({ copyOf: of, size });
    this.roots.push(root);
    return root;
  }

  drop(root) {
    this.roots = this.roots.filter((one) => one !== root);
    root.dispose();
  }

  // All copies, for tests that leave nothing to one another.
  dropAll() {
    for (const root of this.roots) this.drop(root);
  }

  async dispose() {
    for (const root of [...this.roots, this.base]) root?.dispose();
    await this.server?.close();
    this.archive?.dispose();
  }
}

// Starts the main job with the store of that root.
function startCached(root, packages, { args = [], ...options } = {}) {
  fs.rmSync(root.at(started), { force: true });
  return root.startOptimize(packages, { args: ['--cache-store', `file:${storeFolder}`, ...args], ...options });
}

const cached = (root, packages, options) => startCached(root, packages, options).done;

// The caches of a run by their names in the record: whole installations, and the archives that they were made of.
const deltas = 'apt', debs = 'apt-debs';

// Gives `to` the entries of one cache in the store of `from`.
function copyStore(from, to, cache = deltas) {
  fs.rmSync(to.at(storeFolder), { recursive: true, force: true });
  execFileSync('cp', ['--archive', from.at(storeFolder), to.at(storeFolder)]);
  for (const other of [deltas, debs]) {
    if (other !== cache) for (const { folder } of entries(to, other)) fs.rmSync(folder, { recursive: true });
  }
}

// The entries of one cache in the root's store: { key, data (the archive's path), folder }.
function entries(root, cache = deltas) {
  const folder = root.at(storeFolder);
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder).filter((name) => name.startsWith('entry-')).map((name) => ({
    key: JSON.parse(fs.readFileSync(path.join(folder, name, 'entry'), 'utf8')).key,
    data: path.join(folder, name, 'data'),
    folder: path.join(folder, name),
  })).filter(({ key }) => key.startsWith(`${debs}-`) === (cache === debs));
}

// docs/DELTA.md, "How changes are found" and "What is left out": folders that are never swept, and files that stay as the target has them.
const neverSwept = /^\/(var\/lib\/ci-optimizer|proc|sys|dev|run|tmp|var\/tmp|home|root|mnt|media|var\/cache\/apt\/archives)$/;
const leftOut = /^\/(etc\/(resolv\.conf|hosts|hostname)|var\/cache\/apt\/(src)?pkgcache\.bin|var\/log\/apt\/[^/]+|var\/log\/[^/]+\.log)$/;

// All of a root that is compared. A tree is taken for itself: a root that many others are held against is read once.
function whole(root) {
  if (root instanceof Map) return root;
  return tree(root.folder, (name) => neverSwept.test(name) || leftOut.test(name));
}

function assertNoDifference(expected, actual) {
  const differing = differences(expected, actual);
  assert.equal(differing.length, 0, `${differing.length} paths differ:\n${differing.slice(0, 20).join('\n')}`);
}

// Asserts that the two roots, or trees of roots, are equal in everything but what docs/DELTA.md names.
const assertSame = (expected, actual) => assertNoDifference(whole(expected), whole(actual));

// The same for roots on which scripts ran at different times: without times, and without ldconfig's table of inodes.
// `but(path)` names what else may differ.
function assertEqualContents(expected, actual, but = () => false) {
  const timeless = (root) => new Map([...whole(root)].map(([name, text]) => [name, text.replace(/ mtime \d+/, '')])
    .filter(([name]) => name !== '/var/cache/ldconfig/aux-cache' && !but(name)));
  assertNoDifference(timeless(expected), timeless(actual));
}

// Why the cache did not serve the newest run.
const why = (root, tier = 'delta') => root.record().apt.why_not?.find((one) => one.tier === tier)?.reason;
const aptStarted = (root) => root.exists(started);

module.exports = { Twins, bulk, request, requested, storeFolder, deltas, debs, startCached, cached, copyStore, entries, whole, assertSame, assertEqualContents, why, aptStarted };
