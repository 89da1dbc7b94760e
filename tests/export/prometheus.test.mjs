// What is exported for Prometheus, read by Prometheus's own tools.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { test } from 'node:test';
import { fullRecord, hostile, record } from './records.mjs';
import { eventually, exported, needs, project, query, run, start, temporaryFolder, tool } from './tools.mjs';

const sample = () => [
  fullRecord({ age: 7200 }),
  fullRecord({ age: 3600, status: 'failure' }),
  record({ age: 1800, branch: `feature/${hostile}` }),
  record({ age: 900, workflow: hostile, job: hostile, matrix: { os: hostile } }),
  record({ age: 600, job: 'lint', status: 'cancelled' }),
];

test('promtool finds nothing to say about the metrics', needs('promtool'), async () => {
  const { code, out, err } = await exported('prometheus', sample());
  assert.equal(code, 0, err);
  const checked = await run(tool('promtool'), ['check', 'metrics'], { input: out });
  assert.deepEqual([checked.code, checked.out, checked.err], [0, '', '']);
  const without = out.replace(/^# HELP cicd_build_success .*\n/m, '');
  assert.notEqual((await run(tool('promtool'), ['check', 'metrics'], { input: without })).code, 0, 'it would have said something');
});

// Serves what the command prints, as a web server in front of a textfile would.
async function scraped(records, use) {
  const { out } = await exported('prometheus', records);
  const site = http.createServer((request, response) => response.setHeader('Content-Type', 'text/plain; version=0.0.4').end(out));
  await new Promise((resolve) => { site.listen(0, '127.0.0.1', resolve); });
  const prometheus = await start('prometheus', (port, folder) => {
    const target = `127.0.0.1:${site.address().port}`;
    fs.copyFileSync(path.join(project, 'examples/prometheus/ci-optimizer.rules.yml'), path.join(folder, 'ci-optimizer.rules.yml'));
    fs.writeFileSync(path.join(folder, 'prometheus.yml'), `global: {scrape_interval: 200ms, evaluation_interval: 200ms}
rule_files: [ci-optimizer.rules.yml]
scrape_configs: [{job_name: ci, static_configs: [{targets: ['${target}']}]}]
`);
    return ['--config.file=prometheus.yml', '--storage.tsdb.path=data', `--web.listen-address=127.0.0.1:${port}`];
  }, '/-/ready');
  try {
    await eventually(async () => (await query(prometheus.url, 'count_over_time(cicd_build_success[1m])')).length > 0);
    await use(prometheus);
  } finally {
    await prometheus.stop();
    site.close();
  }
}

test('Prometheus scrapes it, values and hostile names whole', needs('prometheus'), async () => {
  await scraped(sample(), async ({ url }) => {
    assert.equal((await query(url, 'up{job="ci"}'))[0].value[1], '1');
    const [full] = await query(url, 'cicd_build_duration_seconds{ci_job="test",branch="default",result="failure"}');
    assert.equal(full.value[1], '60');
    assert.deepEqual([full.metric.repository, full.metric.workflow, full.metric.matrix, full.metric.architecture], ['octo-org/app', 'CI', 'go=1.22,os=ubuntu-24.04', 'x64']);
    assert.equal((await query(url, 'cicd_build_success_rate{window="24h",ci_job="test",branch="default"}'))[0].value[1], '0.5');
    assert.equal((await query(url, 'cicd_artifact_size_bytes{package_name="ksail"}'))[0].value[1], '31000000');
    const names = (await query(url, 'cicd_build_success')).map(({ metric }) => metric.ci_job);
    assert.ok(names.includes(hostile), 'a name that tries to break out is a label like another');
    assert.deepEqual(await query(url, 'evil_metric'), []);
    assert.deepEqual([...new Set((await query(url, 'cicd_build_success')).map(({ metric }) => metric.branch))].sort(), ['default', 'other']);
  });
});

test('the alert of two failures in a row fires in Prometheus itself', needs('prometheus'), async () => {
  await scraped([record({ age: 7200 }), record({ age: 3600, status: 'failure' }), record({ age: 1800, status: 'timed_out' })], async ({ url }) => {
    const alerts = await eventually(async () => {
      const found = (await (await fetch(`${url}/api/v1/alerts`)).json()).data.alerts;
      return found.length > 0 && found;
    });
    assert.deepEqual(alerts.map(({ labels, state }) => [labels.alertname, state]), [['CiBuildFailing', 'firing']]);
    assert.equal(alerts[0].annotations.summary, 'octo-org/app: test failed 2 times in a row');
  });
});

test('every panel of the dashboard shows something', needs('prometheus'), async () => {
  const dashboard = JSON.parse(fs.readFileSync(path.join(project, 'examples/grafana/ci-optimizer.json')));
  const ids = dashboard.panels.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  const cells = new Set();
  for (const { title, gridPos: { x, y, w, h } } of dashboard.panels) {
    for (let column = x; column < x + w; ++column) {
      for (let row = y; row < y + h; ++row) {
        assert.ok(column < 24 && !cells.has(`${column},${row}`), `${title} lies over another panel`);
        cells.add(`${column},${row}`);
      }
    }
  }
  const names = dashboard.templating.list.map(({ name }) => name);
  const targets = dashboard.panels.flatMap(({ title, targets: list = [] }) => list.map((target) => ({ title, ...target })));
  assert.ok(targets.length >= 10);
  await scraped(sample(), async ({ url }) => {
    for (const { title, expr, datasource } of targets) {
      assert.equal(datasource.uid, '${datasource}', title);
      const expression = expr.replaceAll('$__rate_interval', '1m').replaceAll('$__range', '1m').replaceAll(/\$(\w+)/g, (all, name) => {
        assert.ok(names.includes(name), `${title}: no variable ${name}`);
        return '.*';
      });
      assert.notDeepEqual(await query(url, expression), [], `${title}: ${expression}`);
    }
    for (const { query: asked } of dashboard.templating.list.filter(({ type }) => type === 'query')) {
      const [, metric, label] = /^label_values\((\w+).*, (\w+)\)$/.exec(asked);
      assert.ok((await query(url, metric)).every((series) => label in series.metric), asked);
    }
  });
});

test('node-exporter reads the textfile, which is replaced in one step', needs('prometheus-node-exporter'), async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'ci.prom');
  assert.equal((await exported('prometheus', sample(), ['-o', file])).code, 0);
  const before = fs.statSync(file).ino;
  assert.equal((await exported('prometheus', sample(), ['-o', file])).code, 0);
  assert.notEqual(fs.statSync(file).ino, before, 'a new file took its place');
  assert.deepEqual(fs.readdirSync(folder), ['ci.prom']);
  const exporter = await start('prometheus-node-exporter', (port) => ['--collector.disable-defaults', '--collector.textfile',
    `--collector.textfile.directory=${folder}`, `--web.listen-address=127.0.0.1:${port}`], '/metrics');
  try {
    const metrics = await (await fetch(`${exporter.url}/metrics`)).text();
    assert.match(metrics, /^node_textfile_scrape_error 0$/m);
    assert.match(metrics, /^cicd_build_duration_seconds\{.*ci_job="test".*\} 60$/m);
  } finally {
    await exporter.stop();
    fs.rmSync(folder, { recursive: true });
  }
});
