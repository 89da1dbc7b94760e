// Our pages in Debian's Chromium.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const project = fileURLToPath(new URL('../../', import.meta.url));
export const binary = process.env.CI_OPTIMIZER ?? path.join(project, 'build/dev/src/ci-optimizer');
export const screenshots = path.join(project, 'build/report-screenshots');

const program = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) => fs.existsSync(file));
// Why tests that need a browser cannot run here; false when they can.
export const noBrowser = program ? false : 'there is no Chromium (scripts/bootstrap test installs it)';

export async function launch() {
  return chromium.launch({ executablePath: program, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
}

// Runs `report` with `args`. Returns { status, stdout, stderr }.
export function report(...args) {
  return spawnSync(binary, ['report', ...args], { encoding: 'utf8', timeout: 60_000, maxBuffer: 1 << 28, env: { PATH: process.env.PATH, HOME: os.tmpdir() } });
}

// Writes `records` into a fresh folder, and page.html beside them. Returns the folder.
export function render(t, records) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ci-optimizer-report-'));
  t.after(() => fs.rmSync(folder, { recursive: true }));
  fs.mkdirSync(path.join(folder, 'records'));
  records.forEach((record, i) => fs.writeFileSync(path.join(folder, 'records', `${i}.json`), JSON.stringify(record)));
  const { status, stderr } = report('html', folder, '-o', path.join(folder, 'page.html'));
  if (status !== 0 || stderr !== '') throw new Error(`report html ended with ${status}: ${stderr}`);
  return folder;
}

// Opens `url`. Returns the page and what it did that a page of ours never does.
export async function open(t, browser, url, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  t.after(() => context.close());
  const page = await context.newPage();
  const told = [];
  page.on('console', (message) => told.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => told.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => told.push(`dialog: ${dialog.message()}`));
  page.on('request', (request) => { if (request.url() !== url) told.push(`request: ${request.url()}`); });
  await page.addInitScript(() => {
    globalThis.violations = [];
    document.addEventListener('securitypolicyviolation', (event) => globalThis.violations.push(event.violatedDirective));
  });
  await page.goto(url);
  for (const directive of await page.evaluate(() => globalThis.violations)) told.push(`violation: ${directive}`);
  return { page, told };
}
