'use strict';
// Caches in the Actions cache service (tests/cache-service): both protocols, faults, and the job's beginning and end.
const test = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { tree } = require('./lib/paths');
const { withService } = require('./lib/service');

const limit = { timeout: 180_000 };
const paths = ['--store', 'github:', '--path', 'data'];

// 12 MB that does not compress, so that it takes several ranges and blocks, and small files.
function fill(place) {
  const bytes = Buffer.alloc(12_000_000);
  for (let i = 0, x = 1; i < bytes.length; i++) bytes[i] = (x = (x * 48271) % 2147483647) >> 7;
  place.write('data/large.bin', bytes);
  for (let i = 0; i < 50; i++) place.write(`data/small/${i}`, `file ${i}`);
}

for (const protocol of ['v1', 'v2']) {
  test(`an entry goes to the service and back by ${protocol}`, limit, () => withService(async (place, service) => {
    fill(place);
    const before = tree(place.at('data'));
    assert.equal((await place.json('cache', 'save', '--key', 'k-1', ...paths)).status, 'saved');
    const again = await place.json('cache', 'save', '--key', 'k-1', ...paths);
    assert.equal(again.status, 'already there');
    fs.rmSync(place.at('data'), { recursive: true });
    const output = path.join(place.folder, 'output');
    fs.writeFileSync(output, '');
    place.environment.GITHUB_OUTPUT = output;
    const restored = await place.json('cache', 'restore', '--key', 'k-2', '--restore-key', 'k-', ...paths);
    assert.deepEqual([restored.outcome, restored.matched_key], ['prefix', 'k-1']);
    assert.deepEqual(tree(place.at('data')), before);
    assert.match(fs.readFileSync(output, 'utf8'), /^matched-key<<(.*)\nk-1\n\1$/m);
    assert.ok(service.count('getBlob') >= 2, 'several ranges');
  }, { protocol }));
}

test('list and prune go through the REST API and leave entries of other tools and branches alone', limit, () => withService(async (place, service) => {
  const denied = await place.run('cache', 'list', '--store', 'github:');
  assert.equal(denied.code, 77, denied.stderr);
  place.environment.GITHUB_TOKEN = service.restToken;
  place.write('data/x', 'x');
  for (const key of ['k-1111aaaa', 'k-2222aaaa', 'k-3333aaaa']) await place.json('cache', 'save', '--key', key, ...paths);
  const own = place.environment.ACTIONS_RUNTIME_TOKEN;
  place.environment.ACTIONS_RUNTIME_TOKEN = place.makeToken([['refs/heads/other', 3]]);
  for (const key of ['k-4444aaaa', 'k-5555aaaa']) await place.json('cache', 'save', '--key', key, ...paths);
  place.environment.ACTIONS_RUNTIME_TOKEN = own;
  const foreign = service.entries.reserve('k-0000aaaa', 'f'.repeat(64), 'refs/heads/main');
  foreign.data = Buffer.from('another tool');
  service.entries.commit(foreign, Date.now());
  const listed = await place.json('cache', 'list', '--store', 'github:', 'k-');
  assert.deepEqual(listed.entries.map(({ key, scope }) => `${scope} ${key}`),
    ['refs/heads/main k-3333aaaa', 'refs/heads/main k-2222aaaa', 'refs/heads/main k-1111aaaa']);
  await place.json('cache', 'prune', '--store', 'github:');
  assert.deepEqual(service.entries.all().map(({ key }) => key).sort(), ['k-0000aaaa', 'k-3333aaaa', 'k-4444aaaa', 'k-5555aaaa']);
}));

test('a run: step lists and prunes with the token of the REST API alone', limit, () => withService(async (place, service) => {
  place.write('data/x', 'x');
  for (const key of ['k-1111aaaa', 'k-2222aaaa']) await place.json('cache', 'save', '--key', key, ...paths);
  for (const name of ['ACTIONS_RUNTIME_TOKEN', 'ACTIONS_RESULTS_URL', 'ACTIONS_CACHE_SERVICE_V2']) delete place.environment[name];
  const without = await place.run('cache', 'list');
  assert.equal(without.code, 77, without.stderr);
  assert.match(without.stderr, /with a GitHub token only\n.*GITHUB_TOKEN/);
  place.environment.GITHUB_TOKEN = service.restToken;
  assert.deepEqual((await place.json('cache', 'list')).entries.map(({ key }) => key), ['k-2222aaaa', 'k-1111aaaa']);
  assert.deepEqual((await place.json('cache', 'prune')).removed.map(({ key }) => key), ['k-1111aaaa']);
  const restore = await place.run('cache', 'restore', '--key', 'k-2222aaaa', ...paths);
  assert.equal(restore.code, 0);
  assert.match(restore.stdout, /^miss: .*ACTIONS_RUNTIME_TOKEN is not set/);
}));

const passing = [
  ['a look-up that is reset once', { call: 'lookup', reset: true, times: 1 }],
  ['a look-up that is asked to wait', { call: 'lookup', status: 429, headers: { 'retry-after': '1' }, times: 1 }],
  ['a download that is cut twice', { call: 'getBlob', cut: 300_000, times: 2 }],
  ['a server that ignores ranges', { call: 'getBlob', ignoreRange: true }],
];
const lasting = [
  ['a look-up that is reset', { call: 'lookup', reset: true }],
  ['a look-up that stalls', { call: 'lookup', stall: true }],
  ['a look-up that fails', { call: 'lookup', status: 500 }],
  ['a look-up that is asked to wait for an hour', { call: 'lookup', status: 429, headers: { 'retry-after': '3600' } }],
  ['a download that is refused', { call: 'getBlob', status: 403 }],
  ['a download that is gone', { call: 'getBlob', status: 404 }],
  ['a download that stalls', { call: 'getBlob', halt: 200_000 }],
  ['a download that trickles', { call: 'getBlob', trickle: 200 }],
  ['a download with a flipped bit', { call: 'getBlob', flip: true }],
  ['a download that begins elsewhere', { call: 'getBlob', shift: 7 }],
  ['a download that is said to be longer', { call: 'getBlob', total: 99_000_000 }],
];

test('a restore outlives what passes', limit, () => withService(async (place, service) => {
  fill(place);
  const before = tree(place.at('data'));
  await place.json('cache', 'save', '--key', 'k', ...paths);
  for (const [name, fault] of passing) {
    fs.rmSync(place.at('data'), { recursive: true });
    service.setFaults(fault);
    const restored = await place.json('cache', 'restore', '--key', 'k', ...paths);
    assert.equal(restored.outcome, 'exact', `${name}: ${restored.reason}`);
    assert.deepEqual(tree(place.at('data')), before, name);
  }
}));

test('what lasts is a miss within the budget, with exit code 0, and nothing half is left', limit, () => withService(async (place, service) => {
  fill(place);
  const before = tree(place.at('data'));
  await place.json('cache', 'save', '--key', 'k', ...paths);
  fs.rmSync(place.at('data'), { recursive: true });
  for (const [name, fault] of lasting) {
    service.setFaults(fault);
    const result = await place.run('cache', 'restore', '--key', 'k', ...paths, '--budget', '2s', '--json');
    assert.equal(result.code, 0, `${name}: ${result.stderr}`);
    assert.ok(result.seconds < 6, `${name}: ${result.seconds} s`);
    const restored = JSON.parse(result.stdout);
    if (restored.outcome === 'exact') assert.deepEqual(tree(place.at('data')), before, name);
    else assert.ok(restored.reason !== '' && !fs.existsSync(place.at('data')), `${name}: ${restored.reason}`);
    assert.ok(!(result.stdout + result.stderr).includes('sig='), 'no signed address is shown');
    fs.rmSync(place.at('data'), { recursive: true, force: true });
  }
  service.setFaults();
  assert.equal((await place.json('cache', 'restore', '--key', 'k', ...paths)).outcome, 'exact', 'the entry outlived it all');
}));

test('a save that fails is told, leaves no entry and fails no job', limit, () => withService(async (place, service) => {
  fill(place);
  for (const [i, fault] of [
    { call: 'reserve', status: 500 }, { call: 'reserve', status: 429, headers: { 'retry-after': '3600' } }, { call: 'putBlock', reset: true },
    { call: 'putBlock', status: 403 }, { call: 'putBlock', stall: true }, { call: 'putBlockList', status: 500 }, { call: 'finalize', status: 500 },
  ].entries()) {
    const name = JSON.stringify(fault);
    service.setFaults(fault, { ...fault, call: fault.call.replace('putBlock', 'putBlob') });
    const result = await place.run('cache', 'save', '--key', `k-${i}`, ...paths, '--budget', '2s', '--json');
    assert.equal(result.code, 0, `${name}: ${result.stderr}`);
    assert.ok(result.seconds < 10, `${name}: ${result.seconds} s`);
    assert.ok(['failed', 'later', 'denied'].includes(JSON.parse(result.stdout).status), `${name}: ${result.stdout}`);
    service.setFaults();
    assert.equal(service.entries.all().length, 0, name);
  }
}));

test('a job that may only read does not archive anything', limit, () => withService(async (place, service) => {
  fill(place);
  const saved = await place.json('cache', 'save', '--key', 'k', ...paths);
  assert.equal(saved.status, 'denied');
  assert.equal(service.count('reserve'), 0);
}, { scopes: [['refs/heads/main', 1]] }));

const configuration = 'caches:\n  - name: assets\n    paths: [data]\n    key-files: ["*.lock"]\n';

let runs = 100;

// Runs the beginning of a job of a run of its own, `steps`, and its end; returns the caches' outcomes.
async function job(place, steps, ...end) {
  place.environment.GITHUB_RUN_ID = String(++runs);
  const state = path.join(place.folder, 'state.json');
  const begun = await place.run('optimize', '--state', state);
  assert.equal(begun.code, 0, begun.stderr);
  await steps?.();
  return (await place.json('optimize', '--finish', '--state', state, ...end)).caches;
}

test('later steps fill a cache, and the next job has it and knows what that saved', limit, () => withService(async (place, service) => {
  place.write('ci-optimizer.yml', configuration);
  place.write('a.lock', '1');
  place.environment.GITHUB_TOKEN = service.restToken;
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const [cold] = await job(place, async () => {
    fill(place);
    await wait(1500);
  });
  assert.equal(cold.outcome, 'miss');
  assert.match(cold.reason, /^no entry has the key or begins with assets-linux-.*never saved for this branch, or its entries were evicted$/);
  assert.ok(cold.bytes > 1_000_000 && cold.save_seconds > 0 && cold.seconds_saved === undefined);
  assert.ok(cold.cold_seconds >= 1.5, `${cold.cold_seconds} s`);

  fs.rmSync(place.at('data'), { recursive: true });
  const reserved = service.count('reserve');
  const [warm] = await job(place);
  assert.equal(warm.outcome, 'exact');
  assert.ok(warm.seconds_saved > 0 && warm.seconds_saved < 10, `${warm.seconds_saved} s`);
  assert.equal(service.count('reserve'), reserved, 'an exact hit is not saved again');
  const [slow] = await job(place, () => wait(3000));
  assert.ok(slow.seconds_saved < 0, 'what took longer is negative');

  place.write('a.lock', '2');
  const [unchanged] = await job(place);
  assert.equal(unchanged.outcome, 'prefix');
  assert.equal(unchanged.reason, 'a.lock changed; not saved: nothing has changed since the restore');
  const [failed] = await job(place, () => place.write('data/new'), '--job-status', 'failure');
  assert.match(failed.reason, /; not saved: the job failed$/);
  const [changed] = await job(place, () => place.write('data/newer'));
  assert.equal(changed.reason, 'a.lock changed');
  assert.ok(changed.save_seconds > 0);

  const records = fs.readdirSync(path.join(place.folder, 'state/ci-optimizer/records'), { recursive: true }).filter((name) => name.endsWith('.json')).map((name) =>
    JSON.parse(fs.readFileSync(path.join(place.folder, 'state/ci-optimizer/records', name), 'utf8')));
  assert.equal(records.length, 6);
  assert.ok(records.some(({ caches }) => caches[0].save_seconds > 0 && caches[0].outcome === 'prefix'), 'the end completes the record');

  place.write('ci-optimizer.yml', configuration.replace('[data]', '[data, more]'));
  const [other] = await job(place);
  assert.match(other.reason, /the nearest entry, assets-linux-.*, is for another key: paths changed: more added/);

  for (const entry of service.entries.all()) service.entries.remove(entry.id);
  place.write('ci-optimizer.yml', configuration);
  const [evicted] = await job(place);
  assert.match(evicted.reason, /; assets-linux-\S+ was there on \d{4}-\d\d-\d\d and is not any more: it was evicted or removed/);
}));

test('save: always saves after a failed job', limit, () => withService(async (place, service) => {
  place.write('ci-optimizer.yml', `${configuration}    save: always\n`);
  const [saved] = await job(place, () => place.write('data/x'), '--job-status', 'failure');
  assert.ok(saved.save_seconds > 0, saved.reason);
  assert.equal(service.entries.all().length, 1);
}));

test('a miss says which branch has the entry', limit, () => withService(async (place, service) => {
  place.write('ci-optimizer.yml', configuration);
  place.environment.GITHUB_TOKEN = service.restToken;
  await job(place, () => place.write('data/x'));
  fs.rmSync(place.at('data'), { recursive: true });
  place.environment.ACTIONS_RUNTIME_TOKEN = place.makeToken([['refs/heads/other', 3]]);
  const [miss] = await job(place);
  assert.match(miss.reason, /refs\/heads\/main has "assets-linux-.*", which this job may not read/);
}));

test('a service that is down costs a job its caches and nothing else', limit, () => withService(async (place, service) => {
  place.write('ci-optimizer.yml', `${configuration}smoke: ["true"]\n`);
  service.setFaults({ call: '*', reset: true });
  const [cache] = await job(place, () => place.write('data/x'));
  assert.equal(cache.outcome, 'miss');
  assert.match(cache.reason, /; not saved: /);
}));

test('where the repository is nearly full only superseded entries of the cache go', limit, () => withService(async (place, service) => {
  place.write('ci-optimizer.yml', configuration);
  place.environment.GITHUB_TOKEN = service.restToken;
  await place.json('cache', 'save', '--key', 'mine-1111aaaa', '--store', 'github:', '--path', 'ci-optimizer.yml');
  await place.json('cache', 'save', '--key', 'mine-2222aaaa', '--store', 'github:', '--path', 'ci-optimizer.yml');
  for (const lock of ['1', '2', '3']) {
    place.write('a.lock', lock);
    await job(place, () => place.write(`data/${lock}`));
  }
  assert.equal(service.entries.all().length, 5);
  service.otherBytes = 9_500_000_000;
  place.write('a.lock', '4');
  await job(place, () => place.write('data/4'));
  const keys = service.entries.all().map(({ key }) => key);
  assert.equal(keys.filter((key) => key.startsWith('assets-')).length, 2, 'the newest before, and the new one');
  assert.equal(keys.filter((key) => key.startsWith('mine-')).length, 2);
}));
