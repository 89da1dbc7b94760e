'use strict';
// Saving and restoring 2 GB takes no more memory than little does: our own format and tar, a folder and the service.
const test = require('node:test');
const assert = require('node:assert/strict');
const { randomBytes } = require('node:crypto');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const { inPlace } = require('./lib/paths');

const long = process.env.CI_OPTIMIZER_LONG === '1' ? {} : { skip: 'takes minutes: scripts/test --long' };
const limit = { timeout: 600_000, ...long };
const most = 256 * 1024; // kibibytes

// One file of 1 GB and 10,000 of 100 kB, which compress to about a tenth: the service keeps what it is given in memory.
function fill(folder) {
  const block = Buffer.concat([randomBytes(100_000), Buffer.alloc(900_000, 'the same again ')]);
  fs.mkdirSync(folder);
  const one = fs.openSync(path.join(folder, 'one'), 'w');
  for (let i = 0; i < 1000; i++) {
    block.writeUInt32LE(i, 0);
    fs.writeSync(one, block);
  }
  fs.closeSync(one);
  for (let i = 0; i < 10_000; i++) {
    if (i % 100 === 0) fs.mkdirSync(path.join(folder, String(i)));
    const at = i * 80;
    fs.writeFileSync(path.join(folder, String(i - (i % 100)), `f${i}`), block.subarray(at, at + 100_000));
  }
}

// Runs the program; returns what it printed and its largest resident set in kibibytes.
async function measured(place, ...args) {
  const child = place.start([...args, '--json']);
  let stdout = '', stderr = '', peak = 0;
  child.stdout.on('data', (chunk) => { stdout += chunk; });
  child.stderr.on('data', (chunk) => { stderr += chunk; });
  const look = setInterval(() => {
    try {
      const status = fs.readFileSync(`/proc/${child.pid}/status`, 'utf8');
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
    } catch {
      // gone meanwhile
    }
  }, 5);
  const timer = setTimeout(() => child.kill('SIGKILL'), 240_000);
  const [code] = await once(child, 'close');
  clearInterval(look);
  clearTimeout(timer);
  assert.equal(code, 0, stderr);
  return { told: JSON.parse(stdout), peak };
}

async function saveAndRestore(t, place, ...options) {
  const args = ['--key', 'k', '--path', 'data', ...options];
  const saved = await measured(place, 'cache', 'save', ...args);
  assert.equal(saved.told.status, 'saved', saved.told.reason);
  fs.renameSync(place.at('data'), place.at('kept'));
  const restored = await measured(place, 'cache', 'restore', ...args);
  assert.equal(restored.told.outcome, 'exact', restored.told.reason);
  for (const name of ['one', '0/f0', '9900/f9999']) {
    assert.ok(fs.readFileSync(place.at(`data/${name}`)).equals(fs.readFileSync(place.at(`kept/${name}`))), name);
  }
  fs.rmSync(place.at('data'), { recursive: true });
  fs.renameSync(place.at('kept'), place.at('data'));
  for (const [step, { peak }] of Object.entries({ saved, restored })) {
    t.diagnostic(`${options.join(' ')}, ${step}: ${Math.round(peak / 1024)} MiB`);
    assert.ok(peak > 1024 && peak < most, `${step}: ${peak} KiB`);
  }
}

test('2 GB are saved and restored within 256 MB of memory', limit, async (t) => {
  const { CacheService } = await import('../cache-service/service.mjs');
  const { makeToken } = await import('../cache-service/entries.mjs');
  const service = await CacheService.start();
  try {
    await inPlace(async (place) => {
      fill(place.at('data'));
      await saveAndRestore(t, place, '--store', place.store);
      place.environment = {
        ACTIONS_RUNTIME_TOKEN: makeToken([['refs/heads/main', 3]]), ACTIONS_RESULTS_URL: service.url, ACTIONS_CACHE_SERVICE_V2: 'True',
      };
      await saveAndRestore(t, place, '--store', 'github:');
      await saveAndRestore(t, place, '--store', 'github:', '--format', 'tar');
    });
  } finally {
    service.stop();
  }
});
