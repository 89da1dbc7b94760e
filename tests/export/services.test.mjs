// Metrics sent to a Pushgateway and to VictoriaMetrics.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fullRecord, hostile, record } from './records.mjs';
import { eventually, exported, needs, query, start } from './tools.mjs';

const gateway = () => start('prometheus-pushgateway', (port, folder) => [`--web.listen-address=127.0.0.1:${port}`, `--persistence.file=${folder}/state`], '/-/ready');
const lines = async ({ url }) => (await (await fetch(`${url}/metrics`)).text()).split('\n').filter((line) => line.startsWith('cicd_build_duration_seconds{'));

test('a Pushgateway shows what was pushed, and no earlier result of the same job', needs('prometheus-pushgateway'), async () => {
  const service = await gateway();
  try {
    const failed = record({ age: 900, status: 'failure', job: hostile, matrix: { os: 'a/b' } });
    let pushed = await exported('prometheus', [failed, fullRecord()], ['--endpoint', `${service.url}/`, '--json']);
    assert.deepEqual([pushed.code, JSON.parse(pushed.out)], [0, { series: 2 }], pushed.err);
    assert.equal((await lines(service)).length, 2);
    pushed = await exported('prometheus', [{ ...failed, status: 'success', exit_code: 0 }], ['--endpoint', service.url]);
    assert.equal(pushed.code, 0, pushed.err);
    const now = (await lines(service)).filter((line) => line.includes('matrix="os=a/b"'));
    assert.equal(now.length, 1);
    assert.match(now[0], /result="success"/);
    assert.match(now[0], /job="ci-optimizer"/);
  } finally {
    await service.stop();
  }
});

// What was imported is visible then.
const flush = ({ url }) => fetch(`${url}/internal/force_flush`);

test('VictoriaMetrics has every run at its own time, and the failures in a row between them', needs('victoria-metrics'), async () => {
  const service = await start('victoria-metrics', (port, folder) => [`-httpListenAddr=127.0.0.1:${port}`, `-storageDataPath=${folder}/data`, '-retentionPeriod=1y'], '/health');
  try {
    const statuses = ['success', 'failure', 'cancelled', 'failure', 'failure', 'success'];
    const runs = statuses.map((status, i) => record({ age: 86400 * (10 - i), seconds: 60 + i, status }));
    const sent = await exported('prometheus-history', [...runs, record({ age: 3600, job: hostile })], ['--endpoint', service.url]);
    assert.equal(sent.code, 0, sent.err);
    await flush(service);
    const selector = 'cicd_build_consecutive_failures{ci_job="test"}[30d]';
    const [series] = await eventually(async () => {
      const found = await query(service.url, selector);
      return found.length > 0 && found;
    });
    assert.deepEqual(series.values.map(([, value]) => value), ['0', '1', '1', '2', '3', '0']);
    assert.deepEqual(series.values.map(([time]) => time), runs.map(({ ended_at: end }) => Date.parse(end) / 1000));
    assert.equal((await query(service.url, `last_over_time(cicd_build_success{ci_job=${JSON.stringify(hostile)}}[1d])`)).length, 1);
    assert.deepEqual(await query(service.url, 'last_over_time(evil_metric[1d])'), []);
  } finally {
    await service.stop();
  }
});

test('the whole history of a year goes in within its deadline', needs('victoria-metrics'), async () => {
  const service = await start('victoria-metrics', (port, folder) => [`-httpListenAddr=127.0.0.1:${port}`, `-storageDataPath=${folder}/data`, '-retentionPeriod=2y'], '/health');
  try {
    const runs = Array.from({ length: 730 }, (_, i) => fullRecord({ age: 43_000 * (i + 1) }));
    const sent = await exported('prometheus-history', runs, ['--endpoint', service.url, '--json', '--deadline', '30s']);
    assert.equal(sent.code, 0, sent.err);
    assert.ok(JSON.parse(sent.out).pieces > 1);
    await flush(service);
    await eventually(async () => (await query(service.url, 'sum(count_over_time(cicd_build_success[400d]))'))[0]?.value[1] === '730');
  } finally {
    await service.stop();
  }
});
