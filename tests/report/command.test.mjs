// `report` as people call it, on records of their own runs.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { binary, render, report } from './browser.mjs';
import { failed, runs, succeeded } from './records.mjs';

// Two jobs, really run, the first of which failed. Returns the folder of their history.
function realHistory(t) {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'ci-optimizer-report-'));
  t.after(() => fs.rmSync(home, { recursive: true }));
  for (const smoke of ['false', 'sleep 0.2']) {
    spawnSync(binary, ['optimize', '--smoke', smoke, '--history', `file:${home}/history`, '--report', 'off'], { cwd: home, env: { PATH: process.env.PATH, HOME: home } });
  }
  return path.join(home, 'history');
}

test('the history of real jobs becomes a page of the newest', (t) => {
  const history = realHistory(t);
  const { status, stdout, stderr } = report('html', history);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^<!DOCTYPE html>/);
  assert.match(stdout, /<h1>1 smoke test passed<\/h1>/);
  assert.match(stdout, /2 runs, 1 of them successful/);
  assert.match(stdout, /sleep 0\.2/);
});

test('a record is printed for a terminal, as the summary, and as itself', (t) => {
  const record = path.join(render(t, [failed()]), 'records/0.json');
  assert.match(report(record).stdout, /^Failed after 41\.8 s: smoke test failed/);
  assert.match(report('summary', record).stdout, /^### ❌ Failed after 41\.8 s/);
  const printed = JSON.parse(report('--json', record).stdout);
  const written = JSON.parse(fs.readFileSync(record, 'utf8'));
  assert.deepEqual(printed.problems.map((one) => one.message), written.problems.map((one) => one.message));
});

test('several records are one list, the newest first and each once', (t) => {
  const records = path.join(render(t, runs(3).reverse()), 'records');
  const printed = JSON.parse(report('--json', records, path.join(records, '1.json')).stdout);
  assert.deepEqual(printed.map((one) => one.run_id), ['11800421337', '11800421330', '11800421323']);
});

test('what cannot be read is told with what to do, and leaves the old page alone', (t) => {
  const folder = render(t, [succeeded()]);
  const page = path.join(folder, 'page.html');
  const before = fs.readFileSync(page);
  fs.writeFileSync(path.join(folder, 'broken.json'), '{"schema": 1, "id": "x", "status": "fine"}');
  const refused = report('html', path.join(folder, 'broken.json'), '-o', page);
  assert.equal(refused.status, 65);
  assert.match(refused.stderr, /broken\.json: no record: "status" is not a state that is known/);
  assert.match(refused.stderr, /hint: /);
  assert.ok(fs.readFileSync(page).equals(before));
  assert.equal(report('html', path.join(folder, 'nowhere.json')).status, 74);
  assert.equal(report('html', path.join(folder, 'records'), '-o', '/proc/nowhere/page.html').status, 74);
  assert.equal(report('html').status, 64);
  assert.equal(report('html', '--json', folder).status, 64);
});

test('one bad file of a folder is a warning', (t) => {
  const folder = render(t, [succeeded()]);
  fs.writeFileSync(path.join(folder, 'records/broken.json'), '{');
  const { status, stdout, stderr } = report(folder);
  assert.equal(status, 0);
  assert.match(stderr, /warning: left out: .*broken\.json/);
  assert.match(stdout, /4 packages and 4 dependencies installed in 14\.3 s/);
});
