'use strict';
// The command `key`, as a user sees it. Most tests have a stand-in for Go, so that they can change its version; one asks
// the real toolchain.
const test = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { ended } = require('./lib/scene');
const { Twins, request, storeFolder, cached, copyStore, entries } = require('./lib/twins');

const binary = process.env.CI_OPTIMIZER;
const limit = { timeout: 60_000 };
const form = (purpose, digests) => new RegExp(`^ci-optimizer1-${purpose}-[A-Za-z0-9._]+-(x64|arm64)-[A-Za-z0-9._-]+(-[0-9a-f]{32}){${digests}}\\n$`);
const hasGo = spawnSync('go', ['version']).status === 0;

// A module in a folder of its own, and a PATH that begins with a stand-in for go.
class Scene {
  constructor() {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ci-optimizer-key-'));
    this.env = { PATH: `${this.at('bin')}:${process.env.PATH}`, HOME: this.folder };
    this.settings = { GOVERSION: 'go1.22.1', GOOS: 'linux', GOARCH: 'amd64', CGO_ENABLED: '0', GOFLAGS: '' };
    this.write('module/go.mod', 'module example.test/m\n\ngo 1.21\n\nrequire golang.org/x/net v0.30.0\n');
    this.write('module/go.sum', 'golang.org/x/net v0.30.0 h1:a=\ngolang.org/x/net v0.30.0/go.mod h1:b=\n');
    this.write('module/main.go', 'package main\n\nimport _ "embed"\n\n//go:embed text.txt\nvar text string\n\nfunc main() { print(text) }\n');
    this.write('module/text.txt', 'text\n');
  }
  at(file) { return path.join(this.folder, file); }
  write(file, text, mode = 0o644) {
    fs.mkdirSync(path.dirname(this.at(file)), { recursive: true });
    fs.writeFileSync(this.at(file), text, { mode });
  }
  // The stand-in answers `go env -json` with `settings`, and with anything else fails.
  standIn() {
    this.write('bin/go', `#!/bin/sh\n[ "$1 $2" = "env -json" ] || exit 9\ncat <<'JSON'\n${JSON.stringify(this.settings)}\nJSON\n`, 0o755);
  }
  run(args, { cwd = 'module', env = {} } = {}) {
    this.standIn();
    return this.plain(args, { cwd, env });
  }
  plain(args, { cwd = 'module', env = {} } = {}) {
    const result = spawnSync(binary, ['key', ...args], { cwd: this.at(cwd), env: { ...this.env, ...env }, encoding: 'utf8', timeout: 50_000 });
    if (result.error) throw result.error;
    return result;
  }
  json(...args) {
    const result = this.run([...args, '--json']);
    assert.equal(result.status, 0, result.stderr);
    return JSON.parse(result.stdout);
  }
  // Saves an entry under the key of now, with its parts.
  save(purpose) {
    const document = this.run([purpose, '--json']).stdout;
    this.write('key.json', document);
    const { key } = JSON.parse(document);
    const saved = spawnSync(binary, ['cache', 'save', '--key', key, '--path', 'main.go', '--parts', this.at('key.json'), '--store', `file:${this.at('store')}`],
      { cwd: this.at('module'), env: this.env, encoding: 'utf8', timeout: 50_000 });
    assert.equal(saved.status, 0, saved.stderr);
    assert.match(saved.stdout, /^saved: /);
    return key;
  }
  // What `--explain` names as the difference from the nearest entry.
  differences(purpose) {
    const { nearest } = this.json(purpose, '--explain', '--store', `file:${this.at('store')}`);
    assert.equal(nearest.reason, undefined);
    return nearest.differences.map((one) => one.text);
  }
  dispose() { fs.rmSync(this.folder, { recursive: true, force: true }); }
}

function withScene(body) {
  const scene = new Scene();
  try { return body(scene); } finally { scene.dispose(); }
}

test('each purpose has a key of its own form, the same each time', limit, () => withScene((scene) => {
  for (const [purpose, digests] of [['go-modules', 2], ['go-build', 4], ['binary', 1]]) {
    const { status, stdout, stderr } = scene.run([purpose]);
    assert.equal(status, 0, stderr);
    assert.match(stdout, form(purpose, digests));
    assert.ok(stdout.length <= 513 && !stdout.includes(','));
    assert.equal(scene.run([purpose]).stdout, stdout);
  }
}));

test('restore keys are prefixes, the nearest first', limit, () => withScene((scene) => {
  const before = scene.json('go-build');
  assert.equal(before.restore_keys.length, 3);
  for (const one of before.restore_keys) assert.ok(before.key.startsWith(one));
  scene.write('module/main.go', 'package main\n');
  assert.deepEqual(scene.json('go-build').restore_keys, before.restore_keys);
  assert.notEqual(scene.json('go-build').key, before.key);
  assert.deepEqual(scene.json('binary').restore_keys, []);
}));

test('an embedded file counts, another does not', limit, () => withScene((scene) => {
  const before = scene.json('binary').key;
  scene.write('module/README.md', 'words');
  assert.equal(scene.json('binary').key, before);
  scene.write('module/text.txt', 'other text\n');
  assert.notEqual(scene.json('binary').key, before);
}));

test('the parts name files, modules and tools', limit, () => withScene((scene) => {
  const { parts } = scene.json('go-build', '--tags', 'b,a');
  const part = (name) => parts.find((one) => one.name === name);
  assert.equal(part('toolchain').value, 'go1.22.1');
  assert.equal(part('tags').value, 'a,b');
  assert.deepEqual(part('go.sum').facts, [['golang.org/x/net', 'v0.30.0']]);
  assert.deepEqual(part('sources').facts.map(([name]) => name), ['main.go', 'text.txt']);
}));

test('--explain lists every part and ends with the key', limit, () => withScene((scene) => {
  const lines = scene.run(['go-build', '--explain', '--store', `file:${scene.at('store')}`]).stdout.trimEnd().split('\n');
  assert.ok(lines.some((line) => /^toolchain +go1\.22\.1$/.test(line)));
  assert.ok(lines.some((line) => /^  main\.go  [0-9a-f]{16}$/.test(line)));
  assert.ok(lines.includes('nearest entry: none: no entry there is like it'));
  assert.equal(lines.at(-1), scene.json('go-build').key);
}));

test('a difference from the nearest entry is named: file, module, tool, setting', limit, () => withScene((scene) => {
  const saved = scene.save('go-build');
  assert.deepEqual(scene.differences('go-build'), []);
  const after = (change) => {
    const before = { ...scene.settings };
    const files = ['go.mod', 'go.sum', 'main.go', 'text.txt'].map((name) => [`module/${name}`, fs.readFileSync(scene.at(`module/${name}`))]);
    change();
    const found = scene.differences('go-build');
    scene.settings = before;
    for (const [name, text] of files) scene.write(name, text);
    return found;
  };
  assert.deepEqual(after(() => scene.write('module/main.go', 'package main\n\nfunc main() {}\n')), ['main.go changed', 'text.txt removed']);
  assert.deepEqual(after(() => scene.write('module/go.sum', 'golang.org/x/net v0.31.0 h1:a=\n')), ['go.sum changed: golang.org/x/net v0.30.0 → v0.31.0']);
  assert.deepEqual(after(() => { scene.settings.GOVERSION = 'go1.22.3'; }), ['toolchain go1.22.1 → go1.22.3']);
  assert.deepEqual(after(() => { scene.settings.GOFLAGS = '-race'; }), ['GOFLAGS (none) → -race']);
  assert.equal(scene.json('go-build').key, saved, 'all is as it was');
  const lines = scene.run(['go-build', '--explain', '--store', `file:${scene.at('store')}`]).stdout.split('\n');
  assert.ok(lines.includes(`nearest entry: ${saved}`) && lines.includes('  no difference'));
}));

test('a declared cache has a key too, and tells what changed since its entry was saved', limit, () => withScene((scene) => {
  const configure = (paths) => scene.write('module/ci-optimizer.yml', `version: 1\ncaches:\n  - { name: web, paths: ${paths}, key-files: ["*.lock"] }\n`);
  const optimize = () => {
    const done = spawnSync(binary, ['optimize', '--history', 'off', '--report', 'off', '--cache-store', `file:${scene.at('store')}`,
      '--smoke', 'mkdir -p out && echo made > out/file'],
      { cwd: scene.at('module'), env: scene.env, encoding: 'utf8', timeout: 50_000 });
    assert.equal(done.status, 0, done.stderr);
  };
  const explain = (...more) => scene.json('cache', 'web', '--explain', '--store', `file:${scene.at('store')}`, ...more);
  const texts = (document) => document.nearest.differences.map((one) => one.text);
  configure('[out]');
  scene.write('module/a.lock', '1');
  assert.equal(explain().nearest, null);
  optimize();
  const first = explain();
  assert.match(first.key, /^web-linux-(x64|arm64)-[0-9a-f]{8}-[0-9a-f]{64}$/);
  assert.equal(first.nearest.key, first.key);
  assert.deepEqual(texts(first), []);
  scene.write('module/a.lock', '2');
  scene.write('module/b.lock', '1');
  assert.deepEqual(texts(explain()), ['a.lock changed', 'b.lock added']);
  assert.deepEqual(texts(explain('--cache-version', '7')), ['cache-version (none) → 7', 'a.lock changed', 'b.lock added']);
  configure('[out, more]');
  assert.ok(texts(explain()).includes('paths changed: more added'));
  const unknown = scene.run(['cache', 'wep']);
  assert.equal(unknown.status, 64);
  assert.match(unknown.stderr, /no cache named 'wep'\n.*it has web/);
}));

test('the parts of an entry must be what key --json prints', limit, () => withScene((scene) => {
  scene.write('parts', '{"parts": 7}');
  const saved = spawnSync(binary, ['cache', 'save', '--key', 'k', '--path', 'main.go', '--parts', scene.at('parts'), '--store', `file:${scene.at('store')}`],
    { cwd: scene.at('module'), env: scene.env, encoding: 'utf8', timeout: 50_000 });
  assert.equal(saved.status, 65, saved.stderr);
}));

test('names of files that are no text, or try to write on a terminal, are shown harmlessly', limit, () => withScene((scene) => {
  fs.writeFileSync(Buffer.concat([Buffer.from(scene.at('module/')), Buffer.from([0xe9, 0x1b]), Buffer.from('[31m.go')]), 'package main\n');
  const { stdout } = scene.run(['go-build', '--explain', '--store', `file:${scene.at('store')}`]);
  assert.match(stdout, /\\xE9\\x1B\[31m\.go/);
  assert.ok(!stdout.includes('\x1b'));
}));

test('a workspace reached through a link has the same key', limit, () => withScene((scene) => {
  fs.symlinkSync('module', scene.at('linked'));
  assert.equal(scene.run(['go-build'], { cwd: 'linked' }).stdout, scene.run(['go-build']).stdout);
}));

test('what is wrong is told with its place and its exit code', limit, () => withScene((scene) => {
  const fails = (args, code, message, options) => {
    const { status, stdout, stderr } = scene.run(args, options);
    assert.equal(status, code, stderr);
    assert.match(stderr, message);
    assert.equal(stdout, '');
  };
  fails(['go-build'], 65, /there is no go\.mod/, { cwd: '.' });
  fails(['go-build', '--module', 'elsewhere'], 65, /cannot find the module elsewhere/);
  fails(['no-such'], 64, /unknown command 'no-such'/);
  fails(['apt'], 64, /no packages are named/);
  fails(['go-build', '--explain', '--store', 'ftp:x'], 64, /not a cache store/);
  scene.write('module/go.sum', 'golang.org/x/net v0.30.0 h1:a=\nhalf line\n');
  fails(['go-build'], 65, /go\.sum:2: malformed go\.sum/);
  scene.write('module/go.sum', '');
  scene.write('module/go.mod', 'module m\nrequire (\n');
  fails(['go-build'], 65, /go\.mod:2: the block/);
}));

test('without Go, or with one that fails, the exit code is 4', limit, () => withScene((scene) => {
  const none = scene.plain(['go-build'], { env: { PATH: '/nonexistent' } });
  assert.equal(none.status, 4);
  assert.match(none.stderr, /no Go toolchain.*\n.*hint: install Go/);
  scene.write('bin/go', '#!/bin/sh\necho broken >&2\nexit 3\n', 0o755);
  const broken = scene.plain(['go-build']);
  assert.equal(broken.status, 4);
  assert.match(broken.stderr, /go env: exit code 3: broken/);
}));

test('a store that is not there is a warning', limit, () => withScene((scene) => {
  const { status, stderr, stdout } = scene.run(['go-build', '--explain', '--store', 's3://bucket/folder'],
    { env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' } });
  assert.equal(status, 0, stderr);
  assert.match(stderr, /warning: cannot look into/);
  assert.match(stdout, /nearest entry: none/);
}));

test('the key of an installation is that of its tier, and tells what changed', limit, () => withScene((scene) => {
  const first = scene.json('apt', 'curl');
  assert.match(first.key, /^apt-[0-9a-f]{16}-[0-9a-f]{16}$/);
  assert.deepEqual(first.restore_keys, [`${first.key}-`]);
  assert.ok(first.parts.find((one) => one.name === 'packages').facts.some(([name]) => name.startsWith('dpkg:')));
  assert.notEqual(scene.json('apt', 'curl', '--no-recommends').key, first.key);
}));

test('the real toolchain is asked, and its answers do not change', { ...limit, skip: hasGo ? false : 'Go is not installed (golang-go)' }, () => withScene((scene) => {
  const ask = () => {
    const result = scene.plain(['go-build', '--json'], { env: { PATH: process.env.PATH } });
    assert.equal(result.status, 0, result.stderr);
    return JSON.parse(result.stdout);
  };
  const { key, parts } = ask();
  assert.equal(ask().key, key);
  const version = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' }).stdout.trim();
  assert.equal(parts.find((one) => one.name === 'toolchain').value, version);
}));

test('what an installation was saved under tells what has changed since', { timeout: 120_000 }, async () => {
  const twins = await Twins.make();
  try {
    const saved = twins.copy();
    ended(await cached(saved, request), 0);
    const explained = async (root) => {
      const result = await root.run(['ci-optimizer', 'key', 'apt', ...request.split(' '), '--explain', '--json', '--store', `file:${storeFolder}`]);
      assert.equal(result.code, 0, result.stderr);
      return JSON.parse(result.stdout);
    };
    const other = twins.copy();
    copyStore(saved, other);
    const same = await explained(other);
    assert.equal(same.nearest.key, entries(saved)[0].key);
    assert.ok(same.nearest.key.startsWith(same.restore_keys[0]));
    assert.deepEqual(same.nearest.differences, []);
    fs.appendFileSync(other.at('/etc/apt/sources.list'), 'deb [trusted=yes] http://127.0.0.1:9/ other main\n');
    const changed = await explained(other);
    assert.notEqual(changed.key, same.key);
    assert.equal(changed.nearest.key, same.nearest.key);
    assert.ok(changed.nearest.differences.length > 0);
    for (const one of changed.nearest.differences) assert.match(one.text, /^sources changed: deb .* added$/);
    assert.ok(changed.nearest.differences.some((one) => one.text.includes('127.0.0.1:9')));
  } finally {
    await twins.dispose();
  }
});
