// The alert rules, tested by Prometheus's own means.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { ciOptimizer, needs, project, run, temporaryFolder, tool } from './tools.mjs';

test('promtool accepts the rules that the command prints, and they fire when they should', needs('promtool'), async () => {
  const folder = temporaryFolder();
  const rules = path.join(folder, 'ci-optimizer.rules.yml');
  assert.equal((await ciOptimizer(['history', 'export', '--format', 'rules', '-o', rules])).code, 0);
  fs.copyFileSync(new URL('rules_test.yml', import.meta.url), path.join(folder, 'rules_test.yml'));
  const checked = await run(tool('promtool'), ['check', 'rules', rules]);
  assert.equal(checked.code, 0, checked.out + checked.err);
  const tested = await run(tool('promtool'), ['test', 'rules', path.join(folder, 'rules_test.yml')]);
  assert.equal(tested.code, 0, tested.out + tested.err);
  fs.writeFileSync(rules, fs.readFileSync(rules, 'utf8').replace('>= 2', '>= 1').replace('> 1.5 *', '> 1.3 *'));
  const weakened = await run(tool('promtool'), ['test', 'rules', path.join(folder, 'rules_test.yml')]);
  assert.notEqual(weakened.code, 0, 'other thresholds would be noticed');
  fs.rmSync(folder, { recursive: true });
});

test('the example configurations are read by the programs that they are for', needs('promtool', 'amtool'), async () => {
  const examples = path.join(project, 'examples/prometheus');
  const prometheus = await run(tool('promtool'), ['check', 'config', path.join(examples, 'prometheus.yml')]);
  assert.equal(prometheus.code, 0, prometheus.out + prometheus.err);
  const alertmanager = await run(tool('amtool'), ['check-config', path.join(examples, 'alertmanager.yml')]);
  assert.equal(alertmanager.code, 0, alertmanager.out + alertmanager.err);
});
