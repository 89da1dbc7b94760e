'use strict';
// Kept records, as a user of `history` and of `optimize --history` sees them.
const test = require('node:test');
const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');

const binary = process.env.CI_OPTIMIZER;
const limit = { timeout: 120_000 };

class Scene {
  constructor() {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ci-optimizer-history-'));
    this.env = { PATH: process.env.PATH, HOME: this.folder, XDG_STATE_HOME: this.at('state') };
  }
  at(file) { return path.join(this.folder, file); }
  get store() { return `file:${this.at('history')}`; }
  run(args, { env = {}, input } = {}) {
    const result = spawnSync(binary, args, { cwd: this.folder, env: { ...this.env, ...env }, encoding: 'utf8', timeout: 60_000, input });
    if (result.error) throw result.error;
    return result;
  }
  history(...args) {
    const result = this.run(['history', ...args, '--history', this.store]);
    assert.equal(result.status, 0, result.stderr);
    return result.stdout;
  }
  json(...args) { return JSON.parse(this.history(...args, '--json')); }
  optimize(env = {}, ...args) {
    return this.run(['optimize', '--smoke', 'true', '--history', this.store, ...args], { env });
  }
  dispose() { fs.rmSync(this.folder, { recursive: true, force: true }); }
}

const inActions = (run, more = {}) => ({ GITHUB_RUN_ID: run, GITHUB_RUN_ATTEMPT: '1', GITHUB_REPOSITORY: 'o/r', GITHUB_WORKFLOW: 'ci', GITHUB_JOB: 'test', GITHUB_SHA: 'c0ffee00c0ffee00', GITHUB_REF_NAME: 'main', ...more });

// A record that began `hours` hours ago.
function record(hours, more = {}) {
  const started = new Date(Date.now() - hours * 3600_000).toISOString();
  return { schema: 1, id: crypto.randomUUID(), repository: 'o/r', workflow: 'ci', job: 'test', matrix: {}, run_id: String(hours), run_attempt: 1,
    branch: 'main', commit_sha: 'c0ffee', status: 'success', exit_code: 0, started_at: started, ended_at: started, seconds: 3, caches: [], smoke: [], metrics: [], problems: [], ...more };
}

test('optimize keeps its record from the beginning, and replaces it at the end', limit, async (t) => {
  const scene = new Scene();
  t.after(() => scene.dispose());
  const child = spawn(binary, ['optimize', '--smoke', 'sleep 3', '--history', scene.store], { cwd: scene.folder, env: { ...scene.env, ...inActions('1') }, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const deadline = Date.now() + 20_000;
  let runs = [];
  while (runs.length === 0 && Date.now() < deadline) ({ runs } = scene.json('list'));
  assert.deepEqual(runs.map((run) => run.status), ['running']);
  assert.equal(await ended, 0);
  const [run, ...others] = scene.json('list').runs;
  assert.equal(others.length, 0);
  assert.equal(run.status, 'success');
  assert.equal(run.run_id, '1');
  const document = scene.json('show', run.id.slice(0, 8));
  assert.equal(document.record_path, scene.at(`history/records/${run.started_at.slice(0, 10)}/${run.id}.json`));
  assert.deepEqual(JSON.parse(fs.readFileSync(document.record_path, 'utf8')), document);
  assert.ok(fs.existsSync(document.report_path));
  assert.match(scene.history('show', 'latest'), /Record: /);
});

test('a killed optimize leaves a record that says so until a run of its identity replaces it', limit, async (t) => {
  const scene = new Scene();
  t.after(() => scene.dispose());
  const child = spawn(binary, ['optimize', '--smoke', 'sleep 30', '--history', scene.store], { cwd: scene.folder, env: { ...scene.env, ...inActions('1') }, stdio: 'ignore' });
  const deadline = Date.now() + 20_000;
  while (scene.json('list').runs.length === 0 && Date.now() < deadline);
  const ended = new Promise((resolve) => child.on('close', resolve));
  child.kill('SIGKILL');
  await ended;
  assert.deepEqual(scene.json('list').runs.map((run) => run.status), ['running']);
  assert.equal(scene.optimize(inActions('1')).status, 0);
  assert.deepEqual(scene.json('list').runs.map((run) => run.status), ['success']);
  assert.equal(scene.optimize(inActions('1', { GITHUB_RUN_ATTEMPT: '2' })).status, 0);
  assert.deepEqual(scene.json('list').runs.map((run) => run.run_attempt), [2, 1]);
});

test('two uses in one job keep two records, and compare themselves with their own', limit, (t) => {
  const scene = new Scene();
  t.after(() => scene.dispose());
  const outputs = scene.at('outputs');
  const paths = [];
  for (const run of ['1', '2']) {
    for (const GITHUB_ACTION of ['__o_ci-optimizer', '__o_ci-optimizer_2', 'tools']) {
      fs.writeFileSync(outputs, '');
      const used = scene.optimize({ ...inActions(run), GITHUB_ACTION, GITHUB_OUTPUT: outputs, GITHUB_ACTIONS: 'true' }, '--action');
      assert.equal(used.status, 0, used.stderr);
      paths.push(/^record-path(?:=|<<.*\n)(.*)$/m.exec(fs.readFileSync(outputs, 'utf8'))[1]);
    }
  }
  assert.equal(new Set(paths).size, 6);
  for (const file of paths) assert.ok(fs.existsSync(file), file);
  const { runs } = scene.json('list');
  assert.deepEqual(runs.map((run) => `${run.run_id} ${run.step}`).sort(),
    ['1 __o_ci-optimizer', '1 __o_ci-optimizer_2', '1 tools', '2 __o_ci-optimizer', '2 __o_ci-optimizer_2', '2 tools']);
  assert.equal(scene.json('list', '--step', 'tools').runs.length, 2);
  assert.match(scene.history('list'), /test, step tools/);
  assert.match(scene.history('list'), /test, step o_ci-optimizer_2/);
});

test('a store that is down never changes the exit code, and its record is put by the next run', limit, (t) => {
  const scene = new Scene();
  t.after(() => scene.dispose());
  fs.writeFileSync(scene.at('history'), 'no folder');
  const down = scene.optimize(inActions('1'));
  assert.equal(down.status, 0);
  assert.match(down.stderr, /warning: .*history/);
  const failing = scene.run(['optimize', '--smoke', 'false', '--history', scene.store], { env: inActions('2') });
  assert.equal(failing.status, 2);
  fs.rmSync(scene.at('history'));
  assert.equal(scene.optimize(inActions('3')).status, 0);
  assert.deepEqual(scene.json('list').runs.map((run) => run.run_id), ['3', '2', '1']);
  assert.deepEqual(scene.json('list', '--status', 'failure').runs.map((run) => run.exit_code), [2]);
});

test('a password in the URL of a store is in no file and no message', limit, (t) => {
  const scene = new Scene();
  t.after(() => scene.dispose());
  const url = 'postgresql://ci:s3cret%21@127.0.0.1:1/x?sslmode=disable';
  const state = scene.at('state.json');
  const used = scene.run(['optimize', '--action', '--state', state, '--smoke', `cp '${state}' '${scene.at('seen')}'; echo s3''cret%21 s3''cret!`, '--verbose', '--log-file', scene.at('log')],
    { env: { ...inActions('1'), GITHUB_ACTIONS: 'true', INPUT_HISTORY: url } });
  assert.equal(used.status, 0, used.stderr);
  const direct = scene.run(['optimize', '--state', state, '--smoke', `cp '${state}' '${scene.at('seen')}'`, '--history', url], { env: inActions('2') });
  assert.equal(direct.status, 0, direct.stderr);
  const seen = fs.readFileSync(scene.at('seen'), 'utf8');
  assert.equal(JSON.parse(seen).history, 'postgresql://ci@127.0.0.1:1/x?sslmode=disable');
  const everything = fs.readdirSync(scene.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .map((entry) => fs.readFileSync(path.join(entry.parentPath ?? entry.path, entry.name), 'latin1'));
  for (const text of [...everything, used.stdout, used.stderr, direct.stdout, direct.stderr]) assert.doesNotMatch(text, /s3cret/);
});

test('the end of a job has the password of its store from where its beginning had it', limit, async (t) => {
  const scene = new Scene();
  t.after(() => scene.dispose());
  // A database that asks for the password, and lets nobody in.
  const passwords = [];
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]));
      socket.once('data', (answer) => { passwords.push(answer.subarray(5, -1).toString()); socket.destroy(); });
    });
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const place = `127.0.0.1:${server.address().port}/x?sslmode=disable`;
  const finish = async (env) => {
    const record = scene.at('record.json');
    fs.writeFileSync(record, JSON.stringify({ ...parsedRecord, status: 'running', exit_code: null, ended_at: null }));
    fs.writeFileSync(scene.at('state'), JSON.stringify({ version: 1, may_save: true, end: 'unknown', record_path: record, history: `postgresql://ci@${place}`, caches: [] }));
    const child = spawn(binary, ['optimize', '--finish', '--action', '--state', scene.at('state')], { cwd: scene.folder, env: { ...scene.env, GITHUB_ACTIONS: 'true', ...env } });
    let said = '';
    child.stderr.on('data', (text) => { said += text; });
    assert.deepEqual(await once(child, 'close'), [0, null], said);
    assert.match(said, /cannot complete the record/);
    assert.doesNotMatch(said, /s3cret/);
  };
  const parsedRecord = record(1);
  await finish({ INPUT_HISTORY: `postgresql://ci:s3cret@${place}` });
  await finish({ INPUT_HISTORY: `postgresql://ci@${place}`, PGPASSWORD: 's3cret too' });
  await finish({ INPUT_HISTORY: 'postgresql://ci:s3cret@elsewhere/x', PGPASSWORD: 'own' });
  fs.writeFileSync(scene.at('ci-optimizer.yml'), `version: 1\nhistory: { store: "postgresql://ci:kept@${place}" }\n`);
  await finish({});
  assert.deepEqual([...new Set(passwords)], ['s3cret', 's3cret too', 'own', 'kept']);
});

test('sixteen jobs at once lose no record', limit, async (t) => {
  const scene = new Scene();
  t.after(() => scene.dispose());
  const codes = await Promise.all(Array.from({ length: 16 }, (_, run) => new Promise((resolve) => {
    spawn(binary, ['optimize', '--smoke', 'true', '--history', scene.store], { cwd: scene.folder, env: { ...scene.env, ...inActions(`run${run}`) }, stdio: 'ignore' }).on('close', resolve);
  })));
  assert.deepEqual(new Set(codes), new Set([0]));
  assert.equal(new Set(scene.json('list').runs.map((run) => run.run_id)).size, 16);
});

test('list selects, limits, and cuts to the width of the terminal', limit, (t) => {
  const scene = new Scene();
  t.after(() => scene.dispose());
  const records = [record(1), record(30, { branch: 'next', status: 'failure', exit_code: 4, problems: [{ level: 'failure', step: 'apt' }] }),
    record(60, { job: 'build', matrix: { os: 'ubuntu', python: '3.12' } }), record(200, { job: 'x'.repeat(300) })];
  fs.writeFileSync(scene.at('records.jsonl'), records.map((one) => JSON.stringify(one)).join('\n'));
  assert.match(scene.history('import', scene.at('records.jsonl')), /^imported 4 records$/m);
  const ids = (...args) => scene.json('list', ...args).runs.map((run) => run.run_id);
  assert.deepEqual(ids(), ['1', '30', '60', '200']);
  assert.deepEqual(ids('--limit', '2'), ['1', '30']);
  assert.deepEqual(ids('--since', '2d'), ['1', '30']);
  assert.deepEqual(ids('--until', '7d'), ['200']);
  assert.deepEqual(ids('--branch', 'next'), ['30']);
  assert.deepEqual(ids('--matrix', 'python=3.12', '--matrix', 'os=ubuntu'), ['60']);
  assert.deepEqual(ids('--job', 'build', '--status', 'success'), ['60']);
  const lines = scene.history('list').trimEnd().split('\n');
  assert.equal(lines.length, 5);
  assert.match(lines[0], /^STARTED \(UTC\) +JOB +BRANCH/);
  assert.match(lines[2], /next +c0ffee +failure +3\.0 .* apt +[0-9a-f]{8}$/);
  assert.match(lines[3], /build \(os=ubuntu, python=3\.12\)/);
  assert.ok(lines[4].includes('x'.repeat(300)), 'a file gets all of it');
  if (spawnSync('script', ['--version']).status !== 0) return t.diagnostic('no script(1): the terminal is not tried');
  const shown = spawnSync('script', ['-qec', `stty cols 100; '${binary}' history list --history '${scene.store}'`, '/dev/null'], { cwd: scene.folder, env: { ...scene.env, TERM: 'xterm' }, encoding: 'utf8', timeout: 20_000 });
  // eslint-disable-next-line no-control-regex
  const plain = shown.stdout.replace(/\x1b\[[0-9;]*m/g, '').trimEnd().split(/\r?\n/);
  assert.equal(plain.length, 5, shown.stdout);
  for (const line of plain) assert.ok(line.length <= 100, `${line.length}: ${line}`);
});

test('wrong options are told with what would be right', limit, (t) => {
  const scene = new Scene();
  t.after(() => scene.dispose());
  for (const [args, message] of [[['list', '--since', 'once'], /--since: 'once' is no time/], [['list', '--status', 'good'], /--status: 'good' is not one of/],
    [['list', '--matrix', 'x'], /--matrix: 'x' is not NAME=VALUE/], [['show', 'nothing'], /has no record nothing/], [['list', '--history', 'mysql:x'], /not a history store/]]) {
    const result = scene.run(['history', ...args]);
    assert.ok([64, 65].includes(result.status), `${args}: ${result.status}`);
    assert.match(result.stderr, message);
  }
  assert.ok(!fs.existsSync(scene.at('state')), 'looking makes nothing');
});

test('what is exported as JSON is imported as it was; csv is for spreadsheets', limit, (t) => {
  const scene = new Scene();
  t.after(() => scene.dispose());
  for (const run of ['1', '2', '3']) assert.equal(scene.optimize(inActions(run, { GITHUB_REF_NAME: '=1+1' })).status, 0);
  const all = scene.json('list');
  const exported = scene.run(['history', 'export', '--format', 'json', '--history', scene.store]);
  assert.equal(exported.status, 0, exported.stderr);
  assert.equal(JSON.parse(exported.stdout).length, 3);
  fs.writeFileSync(scene.at('all.json'), exported.stdout);
  const other = `file:${scene.at('other')}`;
  const dry = scene.run(['history', 'import', scene.at('all.json'), '--history', other, '--dry-run']);
  assert.equal(dry.stdout, 'would import 3 records\n');
  assert.ok(!fs.existsSync(scene.at('other')));
  assert.equal(scene.run(['history', 'import', scene.at('all.json'), '--history', other]).status, 0);
  const imported = JSON.parse(scene.run(['history', 'list', '--json', '--history', other]).stdout);
  assert.deepEqual(imported.runs, all.runs);
  const csv = scene.run(['history', 'export', '--format', 'csv', '--history', scene.store]).stdout.trimEnd().split('\r\n');
  assert.equal(csv.length, 4);
  assert.match(csv[0], /^id,repository,workflow,job,/);
  assert.match(csv[1], /,'=1\+1,/);
});

test('import refuses what is no record and takes the rest', limit, (t) => {
  const scene = new Scene();
  t.after(() => scene.dispose());
  fs.writeFileSync(scene.at('mixed.json'), JSON.stringify([record(1), { id: '../../etc/passwd', job: 'x', status: 'success', started_at: new Date().toISOString() }, 3]));
  const result = scene.run(['history', 'import', scene.at('mixed.json'), '--history', scene.store, '--json']);
  assert.equal(result.status, 65);
  assert.deepEqual(JSON.parse(result.stdout), { dry_run: false, imported: 1, refused: 2 });
  assert.match(result.stderr, /not a record: its id/);
  assert.equal(scene.json('list').runs.length, 1);
});

test('prune rolls old days up; every run does it at its end', limit, (t) => {
  const scene = new Scene();
  t.after(() => scene.dispose());
  const records = Array.from({ length: 60 }, (_, day) => record(24 * day + 1, { metrics: [{ name: 'package_installation_time', value: day, unit: 'seconds' }] }));
  fs.writeFileSync(scene.at('records.json'), JSON.stringify(records));
  scene.history('import', scene.at('records.json'));
  assert.equal(scene.history('prune', '--dry-run'), 'would roll up and remove 10 records\n');
  assert.equal(scene.json('list', '--limit', '0').runs.length, 60);
  assert.deepEqual(scene.json('prune', '--keep-runs', '55'), { dry_run: false, removed: 5 });
  const { days } = scene.json('list', '--days');
  assert.deepEqual(days.map((day) => day.metrics.package_installation_time.p50), [55, 56, 57, 58, 59]);
  assert.match(scene.history('list', '--days'), /^DAY .*P95 \(s\)$/m);
  assert.equal(scene.optimize(inActions('now')).status, 0);
  assert.equal(scene.json('list', '--limit', '0', '--job', 'test').runs.length, 50);
});

test('texts of others do nothing to a terminal or to a runner', limit, (t) => {
  const scene = new Scene();
  t.after(() => scene.dispose());
  const hostile = '\u001b[2J\u001b]0;x\u0007\n::error::x\n##[group]y';
  fs.writeFileSync(scene.at('r.json'), JSON.stringify(record(1, { job: hostile, branch: hostile, workflow: hostile, problems: [{ level: 'failure', step: hostile, message: hostile }] })));
  scene.history('import', scene.at('r.json'));
  for (const text of [scene.history('list'), scene.history('show', 'latest')]) {
    // eslint-disable-next-line no-control-regex
    assert.doesNotMatch(text, /[\u0000-\u0008\u000b-\u001f]/);
    assert.doesNotMatch(text, /^::|##\[/m);
  }
  assert.equal(scene.json('list').runs[0].job, hostile);
});

test('a branch of the remote keeps records of parallel jobs; while it is down they wait', limit, async (t) => {
  if (spawnSync('git', ['--version']).status !== 0) return t.skip('this machine has no git');
  const scene = new Scene();
  t.after(() => scene.dispose());
  const git = (folder, ...args) => {
    const result = spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: scene.at(folder), env: scene.env, encoding: 'utf8', timeout: 20_000 });
    assert.equal(result.status, 0, result.stderr);
    return result.stdout;
  };
  git('.', 'init', '--quiet', '--bare', 'origin');
  git('.', 'init', '--quiet', 'clone');
  git('clone', 'remote', 'add', 'origin', scene.at('origin'));
  const optimize = (run) => new Promise((resolve) => {
    const child = spawn(binary, ['optimize', '--smoke', 'true', '--history', 'git:ci-metrics'], { cwd: scene.at('clone'), env: { ...scene.env, ...inActions(run) }, stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text) => { stderr += text; });
    child.on('close', (code) => resolve({ code, stderr }));
  });
  const kept = () => JSON.parse(spawnSync(binary, ['history', 'list', '--json', '--history', 'git:ci-metrics'], { cwd: scene.at('clone'), env: scene.env, encoding: 'utf8', timeout: 60_000 }).stdout)
    .runs.map((run) => run.run_id).sort();
  const first = await Promise.all(['1', '2', '3'].map(optimize));
  assert.deepEqual(first.map(({ code }) => code), [0, 0, 0], first.map(({ stderr }) => stderr).join());
  assert.deepEqual(kept(), ['1', '2', '3']);
  fs.renameSync(scene.at('origin'), scene.at('away'));
  const down = await optimize('4');
  assert.equal(down.code, 0);
  assert.match(down.stderr, /warning: cannot put a record into git:ci-metrics/);
  fs.renameSync(scene.at('away'), scene.at('origin'));
  assert.equal((await optimize('5')).code, 0);
  assert.deepEqual(kept(), ['1', '2', '3', '4', '5']);
});
