// The HTML page in a real browser: on its own, accessible, readable on every screen.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import { once } from 'node:events';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { createRequire } from 'node:module';
import { launch, noBrowser as skip, open, render, screenshots } from './browser.mjs';
import { everywhere, failed, hostile, huge, runs, succeeded, withSpans } from './records.mjs';

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let browser;
before(async () => {
  fs.mkdirSync(screenshots, { recursive: true });
  if (!skip) browser = await launch();
});
after(() => browser?.close());

const cases = { succeeded: [succeeded()], failed: [failed()], spans: [withSpans()], history: runs(60), hostile: [everywhere(hostile)], huge: [huge()], long: runs(500) };

// What axe finds on the page as it is now.
async function faults(page) {
  await page.evaluate(axe);
  const { violations, passes } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  assert.ok(passes.length > 20, 'axe looked at the page');
  return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => `${node.html} ${node.failureSummary}`).join('\n')}`);
}

// Elements that stand out of the window to the right, but for those that scroll within themselves.
const sticksOut = () => [...document.querySelectorAll('body *')]
  .filter((one) => !one.closest('.scroll, pre, .skip, .shapes') && one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => one.outerHTML.slice(0, 120));

for (const [name, records] of Object.entries(cases)) {
  for (const width of [1280, 360]) {
    for (const colorScheme of ['light', 'dark']) {
      // axe takes its time for a thousand rows, which are alike.
      if (['huge', 'long'].includes(name) && (width === 1280 || colorScheme === 'dark')) continue;
      test(`${name}: alone, accessible and within ${width} pixels in ${colorScheme}`, { skip }, async (t) => {
        const folder = render(t, records);
        const { page, told } = await open(t, browser, `file://${folder}/page.html`, { colorScheme, viewport: { width, height: 800 } });
        if (name !== 'huge') await page.screenshot({ path: path.join(screenshots, `${name}-${width}-${colorScheme}.png`), fullPage: true });
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'the page scrolls sideways');
        assert.deepEqual(await page.evaluate(sticksOut), []);
        await page.evaluate(() => document.querySelectorAll('details').forEach((one) => { one.open = true; }));
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'the page scrolls sideways when unfolded');
        assert.deepEqual(told, []);
        assert.deepEqual(await faults(page), []);
      });
    }
  }
}

test('text of others stays text', { skip }, async (t) => {
  const folder = render(t, [everywhere(hostile), everywhere(hostile)]);
  const { page, told } = await open(t, browser, `file://${folder}/page.html`);
  assert.deepEqual(told, []);
  assert.notEqual(await page.title(), 'owned');
  assert.equal(await page.locator('script, img, iframe, object, link').count(), 0);
  const shown = await page.evaluate(() => document.body.innerText);
  assert.ok(shown.includes('<script>document.title="owned"</script>'));
  assert.ok(shown.includes('[U+202E]txt.exe[U+202C]␀'));
  assert.ok(!/[\u202a-\u202e\u2066-\u2069\u0000\u001b]/.test(await page.content()));
});

test('a server can show it too', { skip }, async (t) => {
  const html = fs.readFileSync(path.join(render(t, [failed()]), 'page.html'));
  const asked = [];
  const server = http.createServer((request, response) => {
    asked.push(request.url);
    response.writeHead(request.url === '/' ? 200 : 404, { 'content-type': 'text/html' }).end(request.url === '/' ? html : '');
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const { told } = await open(t, browser, `http://127.0.0.1:${server.address().port}/`);
  assert.deepEqual(told, []);
  assert.deepEqual(asked.filter((url) => url !== '/favicon.ico'), ['/']);
});

test('a keyboard reaches everything and unfolds what is folded', { skip }, async (t) => {
  const folder = render(t, runs(12));
  const { page } = await open(t, browser, `file://${folder}/page.html`);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'To the report');
  assert.ok(await page.evaluate(() => document.activeElement.getBoundingClientRect().left >= 0), 'the link shows itself');
  const reached = new Set();
  for (let i = 0; i < 60; i += 1) {
    await page.keyboard.press('Tab');
    reached.add(await page.evaluate(() => document.activeElement.textContent.trim()));
    if (await page.evaluate(() => document.activeElement.matches('section[aria-labelledby=history] summary'))) break;
  }
  assert.ok(reached.has('Caches') && reached.has('The same as a table'), [...reached].join('|'));
  await page.keyboard.press('Enter');
  assert.ok(await page.getByRole('table', { name: 'Runs of this job, the newest first' }).isVisible());
});

test('a screen reader is told of headings in order, of tables and of drawings, on a telephone too', { skip }, async (t) => {
  const folder = render(t, runs(12));
  for (const width of [1280, 360]) {
    const { page } = await open(t, browser, `file://${folder}/page.html`, { viewport: { width, height: 800 } });
    const levels = await page.$$eval('h1, h2, h3, h4', (all) => all.map((one) => Number(one.tagName[1])));
    assert.equal(levels.filter((level) => level === 1).length, 1);
    levels.slice(1).forEach((level, i) => assert.ok(level <= levels[i] + 1, levels.join(' ')));
    const caches = page.getByRole('table', { name: 'What each cache gave' });
    assert.equal(await caches.getByRole('columnheader', { name: 'Net saving' }).count(), 1);
    assert.equal(await caches.getByRole('row').count(), 6);
    assert.equal(await caches.getByRole('rowheader', { name: /docs.*exact/s }).count(), 1);
    assert.equal(await caches.getByRole('cell', { name: /−3.2 s cost time/ }).count(), 1);
    for (const name of ['Where the time went', 'Seconds of each run', 'Caches of each run']) assert.equal(await page.getByRole('img', { name }).count(), 1, name);
    assert.equal(await page.getByRole('link', { name: 'History' }).count(), 1);
  }
});

test('nothing moves, and forced colours and paper keep it readable', { skip }, async (t) => {
  const folder = render(t, runs(30));
  const { page } = await open(t, browser, `file://${folder}/page.html`, { forcedColors: 'active', reducedMotion: 'reduce' });
  assert.ok(!/animation|transition|@keyframes/.test(await page.locator('style').textContent()));
  await page.screenshot({ path: path.join(screenshots, 'history-forced-colours.png'), fullPage: true });
  assert.deepEqual(await page.evaluate(sticksOut), []);
  await page.emulateMedia({ media: 'print', forcedColors: 'none' });
  assert.ok(await page.getByRole('heading', { name: 'Caches', exact: true }).isVisible());
  assert.ok(!await page.locator('nav').isVisible());
});
