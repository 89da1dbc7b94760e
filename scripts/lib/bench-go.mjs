// Times jobs that build a Go program with our caches, beside plain go and a cache by go.sum alone. See `scripts/bench --help`.
// Usage: bench-go.mjs BINARY RUNS COMMITS
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';

const { publish, publishDebian, goEnvironment, debianSources, skip } = createRequire(import.meta.url)('../../tests/integration/lib/go.js');
const [binary, runs, commits] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
if (skip) throw new Error(skip);

const folder = mkdtempSync(path.join(tmpdir(), 'ci-optimizer-bench-go-'));
const proxy = path.join(folder, 'proxy');
const workspace = path.join(folder, 'workspace');
const home = path.join(folder, 'home');
const store = path.join(folder, 'store');
const bin = path.join(folder, 'bin');
const at = (name) => path.join(workspace, name);
const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

function run(argv, { cwd = workspace, env = {} } = {}) {
  const began = process.hrtime.bigint();
  const result = spawnSync(argv[0], argv.slice(1), {
    cwd, encoding: 'utf8', maxBuffer: 2 ** 28, timeout: 900_000,
    env: { PATH: `${bin}:${process.env.PATH}`, GITHUB_WORKSPACE: workspace, CI: 'true', ...goEnvironment(proxy, home), ...env },
  });
  if (result.error || result.status !== 0) throw new Error(`${argv.join(' ')}: ${result.error?.message ?? result.stderr}`);
  return { seconds: Number(process.hrtime.bigint() - began) / 1e9, stdout: result.stdout };
}

// A machine that has never built anything.
function freshMachine() {
  if (existsSync(home)) run(['chmod', '-R', 'u+w', home], { cwd: folder });
  for (const name of [home, at('bin')]) rmSync(name, { recursive: true, force: true });
  mkdirSync(home);
}

// A program whose own packages are copies of Debian's golang.org/x sources, and that needs one module.
function makeProgram() {
  const own = ['net', 'text', 'crypto', 'sys', 'term'].filter((name) => existsSync(`${debianSources}/golang.org/x/${name}`));
  for (const name of own) cpSync(`${debianSources}/golang.org/x/${name}`, at(`x/${name}`), { recursive: true, dereference: true });
  const rewrite = (name) => {
    for (const entry of readdirSync(at(name), { withFileTypes: true })) {
      const below = path.join(name, entry.name);
      if (entry.isDirectory()) rewrite(below);
      else if (/^go\.(mod|sum)$|_test\.go$/.test(entry.name)) rmSync(at(below));
      else if (entry.name.endsWith('.go')) writeFileSync(at(below), readFileSync(at(below), 'utf8').replaceAll('"golang.org/x/', '"example.test/app/x/').replaceAll(/^(package \w+) \/\/ import .*$/gm, '$1'));
    }
  };
  rewrite('x');
  const imports = ['x/net/http2', 'x/net/html', 'x/net/websocket', 'x/net/publicsuffix', 'x/text/language/display', 'x/text/collate', 'x/text/message', 'x/text/encoding/htmlindex', 'x/crypto/ssh', 'x/crypto/openpgp', 'x/crypto/bcrypt', 'x/term']
    .filter((name) => existsSync(at(name)));
  writeFileSync(at('main.go'), `package main\n\nimport (\n\t"fmt"\n\t"os"\n\n\t"example.test/word"\n\t"github.com/spf13/pflag"\n${imports.map((name) => `\t_ "example.test/app/${name}"\n`).join('')})\n\nfunc main() {\n\tversion := pflag.Bool("version", false, "")\n\tpflag.Parse()\n\tfmt.Println("app", word.Word, *version, text, extra)\n\tos.Exit(0)\n}\n`);
  writeFileSync(at('tagged.go'), '//go:build extra\n\npackage main\n\nconst extra = "extra"\n');
  writeFileSync(at('untagged.go'), '//go:build !extra\n\npackage main\n\nconst extra = ""\n');
  writeFileSync(at('text.go'), 'package main\n\nconst text = "0"\n');
  writeFileSync(at('go.mod'), 'module example.test/app\n\ngo 1.19\n\nrequire (\n\texample.test/word v1.0.0\n\tgithub.com/spf13/pflag v1.0.5\n)\n');
  publishDebian(proxy, 'github.com/spf13/pflag', 'v1.0.5');
  for (const version of ['v1.0.0', 'v1.1.0']) publish(proxy, 'example.test/word', version, [['go.mod', 'module example.test/word\n\ngo 1.17\n'], ['word.go', `package word\n\nconst Word = "${version}"\n`]]);
  freshMachine();
  run(['go', 'mod', 'tidy', '-e']); // Debian leaves out what is for other systems
}

// Changes one file in each of three packages, as a commit may.
const packages = [];
function findPackages(name) {
  for (const entry of readdirSync(at(name), { withFileTypes: true })) if (entry.isDirectory()) findPackages(path.join(name, entry.name));
  const source = readdirSync(at(name)).find((file) => file === 'doc.go' || file === `${path.basename(name)}.go`);
  if (source) packages.push(path.join(name, source));
}
function commit(number) {
  for (let i = 0; i < 3; i++) {
    const file = at(packages[(number * 7 + i * 31) % packages.length]);
    writeFileSync(file, `${readFileSync(file, 'utf8')}\nvar benchCommit${number}_${i} = ${number}\n`);
  }
}

function configure(more = '', tags = '') {
  writeFileSync(at('ci-optimizer.yml'), `cache: { store: "file:${store}" }\nhistory: { store: "file:${folder}/history" }\nreport: { summary: false }\ngo:\n${tags && `  tags: [${tags}]\n`}  binary:\n    path: bin/app\n    build: go build ${tags && `-tags ${tags} `}-o bin/app .\n${more}`);
}

// A job with our caches on a fresh machine: its seconds and its record.
function ours() {
  freshMachine();
  const { seconds, stdout } = run([binary, 'optimize', '--json']);
  return { seconds, record: JSON.parse(stdout) };
}
const plain = () => { freshMachine(); return run(['go', 'build', '-o', 'bin/app', '.']).seconds; };

// setup-go's rule: both folders as they are, under a key of go.sum, saved once.
const tarball = path.join(folder, 'go-sum.tar.zst');
const saveTarball = (file) => run(['sh', '-c', `tar -C "${home}" -cf - go .cache/go-build | zstd -q -f -T0 -o "${file}"`]).seconds;
function byGoSum() {
  freshMachine();
  return run(['sh', '-c', `zstd -dc "${tarball}" | tar -C "${home}" -xf -`]).seconds + run(['go', 'build', '-o', 'bin/app', '.']).seconds;
}

const rows = [];
function state(name, prepare, ways) {
  const times = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
  let story = '';
  for (let round = 0; round < runs; round++) {
    for (const [way, measure] of Object.entries(ways)) {
      prepare(round);
      const result = measure();
      times[way].push(typeof result === 'number' ? result : result.seconds);
      if (result.record) story = result.record.caches.map((cache) => `${cache.name} ${cache.outcome}`).join(', ');
    }
  }
  rows.push({ name, story, ...Object.fromEntries(Object.entries(times).map(([way, list]) => [way, median(list)])) });
}
const cacheOf = (record, name) => record.caches.find((cache) => cache.name === name);
const snapshot = path.join(folder, 'store-kept');
const keepStore = () => { rmSync(snapshot, { recursive: true, force: true }); cpSync(store, snapshot, { recursive: true }); };
const bringBack = () => { rmSync(store, { recursive: true, force: true }); if (existsSync(snapshot)) cpSync(snapshot, store, { recursive: true }); };
const edit = (file, from, to) => { const before = readFileSync(at(file), 'utf8'); writeFileSync(at(file), before.replace(from, to)); return () => writeFileSync(at(file), before); };

try {
  for (const name of [workspace, proxy, bin]) mkdirSync(name, { recursive: true });
  makeProgram();
  findPackages('x');
  packages.sort();
  configure();
  console.log(`${packages.length} packages that commits change, ${runs} rounds, ${cpus().length} cores, load ${loadavg().map((load) => load.toFixed(1)).join(' ')}`);
  state('cold', bringBack, { plain, ours });
  // What a cache by go.sum has for ever is what the first job left.
  plain();
  saveTarball(tarball);
  ours();
  // The history: ours trims at every commit; an untrimmed cache keeps all that was ever compiled.
  const untrimmed = path.join(folder, 'untrimmed');
  mkdirSync(untrimmed);
  const saved = [];
  for (let number = 1; number <= commits; number++) {
    commit(number);
    saved.push(cacheOf(ours().record, 'go-build'));
    run(['go', 'build', '-o', 'bin/app', '.'], { env: { GOCACHE: untrimmed } });
  }
  keepStore();
  run([binary, 'cache', 'save', '--store', `file:${folder}/untrimmed-store`, '--key', 'untrimmed', '--path', untrimmed]);
  const kept = JSON.parse(run([binary, 'cache', 'list', '--store', `file:${folder}/untrimmed-store`, '--json']).stdout).entries[0].bytes;
  state('exact hit', bringBack, { plain, byGoSum, ours });
  let undo = edit('text.go', '"0"', '"1"');
  state('one file changed', bringBack, { plain, byGoSum, ours });
  undo();
  undo = [edit('go.mod', 'word v1.0.0', 'word v1.1.0'), (before => () => writeFileSync(at('go.sum'), before))(readFileSync(at('go.sum'), 'utf8'))];
  run(['go', 'mod', 'tidy', '-e']);
  state('dependency changed', bringBack, { plain, ours });
  undo.forEach((one) => one());
  configure('', 'extra');
  state('build tag changed', bringBack, { ours });
  configure();
  // Another version, as far as anybody can ask it.
  const version = run(['go', 'env', 'GOVERSION']).stdout.trim();
  const real = run(['sh', '-c', 'command -v go']).stdout.trim();
  writeFileSync(path.join(bin, 'go'), `#!/bin/sh\n[ "$1 $2" = "env -json" ] || exec ${real} "$@"\n${real} "$@" | sed 's/"${version}"/"${version}.1"/'\n`);
  chmodSync(path.join(bin, 'go'), 0o755);
  state('toolchain changed', bringBack, { ours });
  rmSync(path.join(bin, 'go'));

  const show = (seconds) => (seconds === undefined ? '' : seconds.toFixed(2)).padStart(12);
  console.log(`${'median seconds'.padEnd(20)}${'go build'.padStart(12)}${'by go.sum'.padStart(12)}${'ours'.padStart(12)}`);
  for (const row of rows) console.log(`${row.name.padEnd(20)}${show(row.plain)}${show(row.byGoSum)}${show(row.ours)}  ${row.story}`);
  const row = (name) => rows.find((one) => one.name === name);
  const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
  console.log(`warm against cold: ${(row('cold').ours / row('exact hit').ours).toFixed(1)} times faster`);
  console.log(`one file changed, against the cache by go.sum: ${(row('one file changed').byGoSum / row('one file changed').ours).toFixed(1)} times faster`);
  const last = saved.at(-1);
  const smaller = (bytes) => `${(kept / bytes).toFixed(1)} times smaller`;
  const form = last.base_key
    ? `a delta of ${megabytes(last.bytes)} (${smaller(last.bytes)}) over ${megabytes(last.base_bytes)} (both: ${smaller(last.bytes + last.base_bytes)})`
    : `${megabytes(last.bytes)} (${smaller(last.bytes)})`;
  console.log(`after ${commits} commits: an untrimmed entry ${megabytes(kept)}, our last one ${form}; the tarball by go.sum ${megabytes(statSync(tarball).size)}`);
  const [deltas, whole] = [saved.filter((cache) => cache.base_key), saved.filter((cache) => !cache.base_key)];
  const sizes = (caches) => (caches.length > 0 ? ` of ${megabytes(median(caches.map(({ bytes }) => bytes)))} in the middle` : '');
  console.log(`saved by the commits: ${deltas.length} deltas${sizes(deltas)}, ${whole.length} whole entries${sizes(whole)}, ${megabytes(saved.reduce((sum, { bytes }) => sum + bytes, 0))} in all`);
} finally {
  if (existsSync(home)) spawnSync('chmod', ['-R', 'u+w', folder]);
  rmSync(folder, { recursive: true, force: true });
}
