// The page against the HTML standard, by two checkers.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { test } from 'node:test';
import { HtmlValidate } from 'html-validate';
import { render } from './browser.mjs';
import { everywhere, failed, hostile, huge, runs, succeeded, withSpans } from './records.mjs';

const cases = { succeeded: [succeeded()], failed: [failed()], spans: [withSpans()], history: runs(60), hostile: [everywhere(hostile), everywhere(hostile)], huge: [huge()],
  bare: [{ schema: 1, id: 'x', status: 'running', started_at: '2026-11-21T04:24:00.000000Z' }] };
const java = spawnSync('java', ['-version']).error ? 'there is no java' : false;

for (const [name, records] of Object.entries(cases)) {
  test(`${name}: html-validate finds nothing`, async (t) => {
    const checker = new HtmlValidate({ extends: ['html-validate:standard'] });
    const { results } = await checker.validateFile(path.join(render(t, records), 'page.html'));
    assert.deepEqual(results.flatMap(({ messages }) => messages.map(({ ruleId, message, line }) => `${line}: ${ruleId}: ${message}`)), []);
  });
}

test('the checker of the W3C finds nothing, in the style sheet and the drawings either', { skip: java }, (t) => {
  const jar = path.join(path.dirname(createRequire(import.meta.url).resolve('vnu-jar/package.json')), 'build/dist/vnu.jar');
  const pages = Object.values(cases).map((records) => path.join(render(t, records), 'page.html'));
  const broken = path.join(path.dirname(pages[0]), 'broken.html');
  fs.writeFileSync(broken, fs.readFileSync(pages[0], 'utf8').replace('<h1>', '<h1 surprise><p>'));
  const check = (files) => spawnSync('java', ['-jar', jar, '--also-check-css', '--format', 'gnu', '--stdout', ...files], { encoding: 'utf8', timeout: 120_000 }).stdout;
  assert.equal(check(pages), '');
  assert.match(check([broken]), /Attribute “surprise” not allowed/);
});
