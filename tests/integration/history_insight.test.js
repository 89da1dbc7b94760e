'use strict';
// `history changes` and `history flaky` on the built binary, over records in a folder.
const test = require('node:test');
const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawnSync } = require('node:child_process');

const binary = process.env.CI_OPTIMIZER;
const limit = { timeout: 60_000 };
const hour = 3_600_000;

// A folder of records, one an hour, the last of them an hour ago.
class Records {
  constructor() {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ci-optimizer-insight-'));
    this.noise = 1;
  }
  // The same on every machine, within 2 % on either side.
  next() {
    this.noise = (this.noise * 48271) % 2147483647;
    return 0.98 + 0.04 * (this.noise / 2147483647);
  }
  add(hoursAgo, changes = {}) {
    const started = new Date(Date.now() - hoursAgo * hour).toISOString().replace('Z', '000Z');
    const seconds = (changes.seconds ?? 30) * this.next();
    const record = {
      schema: 1, id: crypto.randomUUID(), repository: 'o/r', workflow: 'ci', job: 'test', matrix: {}, run_id: String(10_000 - hoursAgo), run_attempt: 1,
      branch: 'main', default_branch: 'main', commit_sha: crypto.createHash('sha1').update(String(hoursAgo)).digest('hex'),
      runner: { os: 'ubuntu 24.04', architecture: 'x64', image: 'ubuntu24', image_version: '1' }, status: 'success', exit_code: 0,
      started_at: started, ended_at: started, caches: [], smoke: [],
      metrics: [{ id: crypto.randomUUID(), ci_job_id: '', name: 'package_installation_time', value: seconds / 3, unit: 'seconds', threshold: null, verdict: 'unknown' }],
      problems: [], ...changes, seconds,
    };
    const place = path.join(this.folder, 'records', started.slice(0, 10));
    fs.mkdirSync(place, { recursive: true });
    fs.writeFileSync(path.join(place, `${record.id}.json`), JSON.stringify(record));
    return record;
  }
  run(...args) {
    const result = spawnSync(binary, ['history', ...args, '--history', `file:${this.folder}`],
      { cwd: this.folder, env: { PATH: process.env.PATH, HOME: this.folder }, encoding: 'utf8', timeout: 30_000 });
    if (result.error) throw result.error;
    return result;
  }
  json(...args) {
    const result = this.run(...args, '--json');
    assert.equal(result.status, 0, result.stderr);
    return JSON.parse(result.stdout);
  }
  done() { fs.rmSync(this.folder, { recursive: true, force: true }); }
}

function withRecords(name, body) {
  test(name, limit, (t) => {
    const records = new Records();
    t.after(() => records.done());
    return body(records);
  });
}

// Forty runs, the last fifteen of them slower.
function risen(records, changes = {}) {
  let first;
  for (let ago = 40; ago >= 1; ago--) {
    const record = records.add(ago, { ...changes, seconds: ago > 15 ? 30 : 42 });
    if (ago === 15) first = record;
  }
  return first;
}

withRecords('changes names the run and the commit with which a job became slower', (records) => {
  const first = risen(records);
  const document = records.json('changes');
  assert.equal(document.branch, 'main');
  assert.equal(document.runs, 40);
  assert.equal(document.changes.length, 1);
  const [change] = document.changes;
  assert.equal(change.first.id, first.id);
  assert.equal(change.first.commit_sha, first.commit_sha);
  assert.equal(change.last_before.run_id, String(Number(first.run_id) - 1));
  assert.equal(change.runs_before, 25);
  assert.equal(change.runs_after, 15);
  assert.ok(change.p < 0.001);
  assert.ok(Math.abs(change.after / change.before - 1.4) < 0.03);

  const table = records.run('changes');
  assert.equal(table.status, 0, table.stderr);
  assert.match(table.stdout, /^SINCE +JOB +LEVEL +RUNS +COMMIT +BEFORE +RUN\n/);
  assert.ok(table.stdout.includes(first.commit_sha.slice(0, 10)));
  assert.match(table.stdout, /\(\+4\d %\)/);
  assert.ok(!table.stdout.includes('\x1b'));
});

withRecords('changes of another metric, and of no metric at all', (records) => {
  const first = risen(records);
  const [change] = records.json('changes', '--metric', 'package_installation_time').changes;
  assert.equal(change.first.id, first.id);
  assert.equal(change.metric, 'package_installation_time');
  assert.deepEqual(records.json('changes', '--metric', 'unheard').changes, []);
  const none = records.run('changes', '--metric', 'unheard');
  assert.equal(none.status, 0);
  assert.equal(none.stdout, '');
  assert.match(none.stderr, /unheard: no change in 40 runs/);
});

withRecords('reports are made of a store by its name, of the newest run or of one that is asked for', (records) => {
  risen(records);
  const other = records.add(2, { job: 'lint', seconds: 1 });
  const report = (...args) => {
    const result = spawnSync(binary, ['report', ...args, '--history', `file:${records.folder}`],
      { cwd: records.folder, env: { PATH: process.env.PATH, HOME: records.folder }, encoding: 'utf8', timeout: 30_000 });
    return { ...result, text: result.stdout + result.stderr };
  };
  const summary = report('summary');
  assert.equal(summary.status, 0, summary.text);
  assert.match(summary.stdout, /job <code>test<\/code>/);
  assert.match(summary.stdout, /History \(39 runs of this job\)/);
  const page = report('html').stdout;
  assert.match(page, /^<!doctype html>/i);
  assert.match(page, /run 9960/, 'forty runs are drawn');
  assert.doesNotMatch(page, /lint/);
  assert.match(report('summary', other.id.slice(0, 12)).stdout, /job <code>lint<\/code>/);
  assert.match(report('summary', '9985').stdout, /job <code>test<\/code>/);
  assert.equal(JSON.parse(report('--json', '9990').stdout).run_id, '9990');
  assert.match(report('latest').stdout, /the whole job: as usual/);
  assert.equal(report('summary', 'nothing').status, 65);
  assert.equal(report('summary', 'one', 'two').status, 64);
  const without = spawnSync(binary, ['report', 'html'], { encoding: 'utf8' });
  assert.equal(without.status, 64);
  assert.match(without.stderr, /--history STORE/);
});

withRecords('without a default branch main counts, or else master, or else every branch', (records) => {
  risen(records, { branch: 'topic', default_branch: '' });
  assert.equal(records.json('changes').branch, '');
  assert.equal(records.json('changes').changes.length, 1);
  records.add(50, { branch: 'master', default_branch: '' });
  assert.equal(records.json('changes').branch, 'master');
  assert.equal(records.json('changes').changes.length, 0);
  records.add(51, { branch: 'main', default_branch: '' });
  assert.equal(records.json('changes').branch, 'main');
});

withRecords('changes on other branches count only when they are asked for', (records) => {
  for (let ago = 60; ago > 40; ago--) records.add(ago);
  risen(records, { branch: 'topic' });
  assert.deepEqual(records.json('changes', '--limit', '100').changes, []);
  assert.equal(records.json('changes', '--branch', 'topic').changes.length, 1);
});

withRecords('changes of one job do not hide behind another one, and hostile names stay texts', (records) => {
  risen(records);
  for (let ago = 40; ago >= 1; ago--) records.add(ago, { job: 'li\x1b[31mnt\n::error::x', run_id: `x${ago}`, seconds: ago > 20 ? 50 : 90 });
  assert.equal(records.json('changes').changes.length, 2);
  assert.equal(records.json('changes', '--job', 'test').changes.length, 1);
  const table = records.run('changes').stdout;
  assert.ok(!table.includes('\x1b'));
  assert.doesNotMatch(table, /^::error/m);
  assert.equal(table.trimEnd().split('\n').length, 3);
});

withRecords('flaky names the job that failed and passed on one commit', (records) => {
  for (let ago = 20; ago >= 3; ago--) records.add(ago);
  const failed = records.add(2, { status: 'failure', exit_code: 2 });
  records.add(1, { run_id: failed.run_id, run_attempt: 2, commit_sha: failed.commit_sha });
  records.add(1, { job: 'lint', status: 'failure', exit_code: 1 });
  const document = records.json('flaky');
  assert.equal(document.jobs.length, 1);
  const [job] = document.jobs;
  assert.equal(job.job, 'test');
  assert.equal(job.state, 'flaky');
  assert.equal(job.chance_failures, 1);
  assert.equal(job.last_failures[0].id, failed.id);
  assert.ok(job.score > job.interval.low && job.score < job.interval.high);

  const table = records.run('flaky');
  assert.match(table.stdout, /^STATE +JOB +SCORE/);
  assert.match(table.stdout, /\nflaky +ci \/ test +\d+\.\d % /);
  assert.deepEqual(records.json('flaky', '--job', 'lint').jobs, []);
});

withRecords('an empty history has nothing to tell, and that is no failure', (records) => {
  for (const command of ['changes', 'flaky']) {
    const result = records.run(command);
    assert.equal(result.status, 0, result.stderr);
    assert.equal(result.stdout, '');
  }
  assert.deepEqual(records.json('changes').changes, []);
  assert.deepEqual(records.json('flaky').jobs, []);
});
