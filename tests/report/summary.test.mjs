// The job summary in the renderers that GitHub uses: cmark-gfm for Markdown, Mermaid for the chart.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { JSDOM } from 'jsdom';
import { report } from './browser.mjs';
import { everywhere, hostile, succeeded } from './records.mjs';

const dom = new JSDOM('<!DOCTYPE html><body></body>');
globalThis.window = dom.window;
globalThis.document = dom.window.document;
const { default: mermaid } = await import('mermaid');
mermaid.initialize({ startOnLoad: false });

const noCmark = spawnSync('cmark-gfm', ['--version']).status === 0 ? false : 'there is no cmark-gfm (scripts/bootstrap test installs it)';

// The summary of one record.
function summaryOf(t, record) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ci-optimizer-summary-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'record.json');
  fs.writeFileSync(file, JSON.stringify(record));
  const { status, stdout, stderr } = report('summary', file);
  assert.equal(status, 0, stderr);
  return stdout;
}

// As github.com renders it, but for what it does afterwards: no raw HTML is left out, so that what gets through is seen.
function html(markdown) {
  const extensions = ['table', 'strikethrough', 'autolink', 'tagfilter', 'tasklist'].flatMap((name) => ['-e', name]);
  const { status, stdout } = spawnSync('cmark-gfm', ['--unsafe', ...extensions], { input: markdown, encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.equal(status, 0);
  return new JSDOM(stdout).window.document.body;
}

function chartsOf(markdown) {
  return [...markdown.matchAll(/^```mermaid\n(.*?)^```$/gms)].map((match) => match[1]);
}

// The same numbers every time (mulberry32).
function randomNumbers(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const pieces = ['click me', 'title x', 'section', 'excludes weekends', 'dateFormat', 'axisFormat %S', 'todayMarker off', '%% comment', '%%{init: {}}%%',
  'a: b', 'c #35;', ';', '#', '"', '`', '```', '<b>', '</script>', '{', '}', '[x](y)', '\\', '|', '\n', '\r\n', '\u2028', '\u202e', '\u0000', 'crit,', 'done', 'active',
  'milestone', 'after a', 'end', 'call f()', 'href "x"', 'accTitle: x', 'accDescr { x', ': 0, 1', ',', '---', '日本', '🙂', 'é', ' '];

test('Mermaid parses the charts of 500 hostile names and shows every bar', async (t) => {
  const random = randomNumbers(20261122);
  const pick = () => pieces[Math.floor(random() * pieces.length)];
  const names = Array.from({ length: 500 }, (_, i) => (i < pieces.length ? pieces[i] : Array.from({ length: 1 + Math.floor(random() * 4) }, pick).join(random() < 0.5 ? ' ' : '')));
  for (let first = 0; first < names.length; first += 50) {
    const spans = names.slice(first, first + 50).map((name, i) => ({ lane: i % 7 === 0 ? name || 'x' : 'apt', name, start: i, seconds: 1.5 }));
    const [chart, ...more] = chartsOf(summaryOf(t, succeeded({ spans })));
    assert.equal(more.length, 0);
    const diagram = await mermaid.mermaidAPI.getDiagramFromText(chart);
    assert.equal(diagram.type, 'gantt');
    const tasks = diagram.db.getTasks();
    assert.equal(tasks.length, spans.length, chart);
    for (const [i, task] of tasks.entries()) {
      assert.ok(task.task.startsWith(`${i + 1} `), `${task.task} is not bar ${i + 1}`);
      assert.equal(task.endTime - task.startTime, 1500, task.task);
    }
  }
  await assert.rejects(mermaid.parse('gantt\n  dateFormat x\n  click me : 0, 1\n'), 'such a name ends a diagram');
});

const lures = ['@octocat', 'hubot@example.com', 'https://evil.example/x', 'www.evil.example', '[click](https://evil.example)', '<https://evil.example>', '![x](https://evil.example/x.png)',
  '<img src=x onerror=alert(1)>', '<script>alert(1)</script>', '</details></td></table><h1>owned</h1>', '`code`', '| a | b |', '\n# heading\n', '\n```\nfence\n```\n', '~~~\n', '*bold* _it_ ~~no~~',
  '&lt;b&gt;', '<!--', '$x^2$', '- [ ] task', '> quote', 'https://user:pass@evil.example', hostile];

function withText(text) {
  return { ...everywhere(text), spans: [{ lane: text, name: text, start: 0, seconds: 1 }, { lane: text, name: text, start: 1, seconds: 1 }], matrix: { [text]: text } };
}

test('GitHub-flavoured Markdown makes nothing of hostile texts', { skip: noCmark }, (t) => {
  const allowed = new Set(['H3', 'H4', 'P', 'TABLE', 'THEAD', 'TBODY', 'TR', 'TH', 'TD', 'STRONG', 'EM', 'CODE', 'PRE', 'UL', 'LI', 'BR', 'DETAILS', 'SUMMARY', 'BLOCKQUOTE']);
  assert.ok(html(lures[4]).querySelector('a') && html(lures[2]).querySelector('a') && html(lures[3]).querySelector('a'), 'links would be seen');
  const clean = html(summaryOf(t, withText('harmless')));
  const shape = (body) => [...body.querySelectorAll('h1,h2,h3,h4,table,details,pre')].map((element) => element.tagName).join(' ');
  for (const lure of lures) {
    const body = html(summaryOf(t, withText(lure)));
    for (const element of body.querySelectorAll('*')) {
      assert.ok(allowed.has(element.tagName), `${JSON.stringify(lure)} made a ${element.outerHTML.slice(0, 200)}`);
      for (const { name, value } of element.attributes) assert.ok(['align', 'lang', 'open'].includes(name) || (name === 'class' && /^language-/.test(value)), `${lure}: ${name}`);
    }
    assert.equal(shape(body), shape(clean), `${JSON.stringify(lure)} changed the page`);
    // Mentions are looked for in what is neither code nor preformatted, after entities are gone.
    for (const element of body.querySelectorAll('code,pre')) element.remove();
    assert.doesNotMatch(body.textContent, /@[a-z0-9]/i, `${JSON.stringify(lure)} mentions somebody`);
  }
});

test('1 MiB and one byte of content still give a summary within its limit', (t) => {
  const record = succeeded();
  const text = 'é'.repeat((1 << 19)) + 'x';
  assert.equal(Buffer.byteLength(text), (1 << 20) + 1);
  record.smoke = [{ command: text, status: 'failed', exit_code: 1, seconds: 1, reason: text, output: text }];
  record.apt.packages = Array.from({ length: 20_000 }, (_, i) => ({ ...record.apt.packages[0], name: `package-${i}-${'n'.repeat(50)}` }));
  const summary = summaryOf(t, record);
  assert.ok(Buffer.byteLength(summary) <= 1_000_000, `${Buffer.byteLength(summary)} bytes`);
  assert.ok(Buffer.byteLength(summary) > 500_000);
  assert.match(summary, /^### /);
  assert.match(summary, /_\d+ of \d+ rows of "Packages" were cut to fit; the record has them all\._/);
  assert.match(summary, /#### Smoke tests/);
});
