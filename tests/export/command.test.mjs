// The command line of `history export`, and traces for viewers.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fullRecord, record } from './records.mjs';
import { binary, ciOptimizer, exported, run, temporaryFolder } from './tools.mjs';

test('a trace holds a process for each job and complete events in microseconds', async () => {
  const { code, out, err } = await exported('trace', [fullRecord({ age: 100 }), record({ age: 90 })]);
  assert.equal(code, 0, err);
  const { traceEvents: events } = JSON.parse(out);
  const complete = events.filter(({ ph }) => ph === 'X');
  assert.deepEqual(complete.map(({ name }) => name), ['test', 'download', 'unpack', 'ffmpeg -version', 'test']);
  assert.equal(complete[1].dur, 1_900_000);
  for (const event of complete) assert.ok(Number.isInteger(event.ts) && Number.isInteger(event.dur) && event.ts >= 0);
  const thread = events.find(({ name, pid, tid }) => name === 'thread_name' && pid === complete[1].pid && tid === complete[1].tid);
  assert.equal(thread.args.name, 'apt');
});

test('records come from standard input too', async () => {
  const documents = JSON.stringify(record({ job: 'lint' }));
  const { code, out, err } = await run('sh', ['-c', 'cat | "$0" history export --format prometheus -', binary], { input: documents });
  assert.equal(code, 0, err);
  assert.match(out, /ci_job="lint"/);
});

test('records come from a history store, all or those of a time', async () => {
  const folder = temporaryFolder();
  fs.mkdirSync(path.join(folder, 'records'));
  for (const one of [record({ age: 86400 * 3, job: 'old' }), record({ age: 3600, job: 'new' })]) {
    fs.writeFileSync(path.join(folder, 'records', `${one.id}.json`), JSON.stringify(one));
  }
  const jobs = async (...args) => {
    const { code, out, err } = await ciOptimizer(['history', 'export', '--format', 'prometheus', '--history', `file:${folder}`, ...args]);
    assert.equal(code, 0, err);
    return [...out.matchAll(/^cicd_build_success\{.*ci_job="(\w+)"/gm)].map(([, job]) => job).sort();
  };
  assert.deepEqual(await jobs(), ['new', 'old']);
  assert.deepEqual(await jobs('--since', '1d'), ['new']);
  fs.rmSync(folder, { recursive: true });
});

for (const [what, args, code, says] of [
  ['no format', [], 64, /--format is required/],
  ['an unknown format', ['--format', 'xml', '-'], 64, /'xml' is not one of prometheus/],
  ['no record', ['--format', 'otlp'], 64, /no record is named/],
  ['a trace to an address', ['--format', 'trace', '--endpoint', 'http://h', '-'], 64, /trace is not sent anywhere/],
  ['a file and an address', ['--format', 'otlp', '--endpoint', 'http://h', '-o', 'x', '-'], 64, /excludes/],
  ['no address', ['--format', 'otlp', '--endpoint', 'collector:4318', '-'], 64, /is not an address to send to/],
  ['what is no record', ['--format', 'otlp', new URL('package.json', import.meta.url).pathname], 65, /package\.json/],
  ['what is not there', ['--format', 'otlp', '/nonexistent/record.json'], 74, /record\.json/],
]) {
  test(`${what} is refused`, async () => {
    const ended = await ciOptimizer(['history', 'export', ...args], { input: JSON.stringify(record()) });
    assert.equal(ended.code, code, ended.err);
    assert.match(ended.err, says);
    assert.equal(ended.out, '');
  });
}

test('what runs still is not told', async () => {
  const { code, out, err } = await exported('prometheus', [record({ status: 'running', exit_code: null, ended_at: null })]);
  assert.deepEqual([code, out], [0, ''], err);
});
