// The s3: history store when the service, the network or a process fails: never a hang, never a record that is lost,
// counted twice or told wrongly.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { history, lines, record, run } from './programs.mjs';
import { Service } from './service.mjs';

const longest = 13; // seconds of a call whose limit is 10
let service;
let folders = 0;
before(async () => (service = await new Service().start()));
after(() => service?.stop());
afterEach(() => service.mend());

// Whether a request is about the store at `url`: its name is in the path, or in the query of a listing.
function concerns(url, line) {
  const folder = new URL(url).pathname.slice(1);
  return line.includes(`${folder}/`) || line.includes(`${folder}%2F`);
}

// A store in a folder of its own: functions that put, read and prune.
function newStore(of = service) {
  const url = `s3://ci-cache/history-${(folders += 1)}`;
  const use = (args, options) => history(of, args, { url, ...options });
  return {
    url,
    put: (documents, options) => use(['put'], { input: lines(documents), ...options }),
    rows: async (options) => use(['rows'], options),
    runIds: async () => (await use(['rows'])).rows.map((row) => row.run_id).sort(),
    document: (id) => use(['document', id]),
    prune: (options) => use(['prune', '2026-11-21T12:00:00Z', '30', '1'], options),
    days: async () => (await use(['days'])).days,
  };
}

test('the conformance suite', async () => {
  const { code, out } = await run('test_history_store', ['--gtest_filter=S3*'], { limit: 300_000 });
  assert.equal(code, 0, out.slice(-5000));
  assert.doesNotMatch(out, /SKIPPED/);
  assert.ok(Number(/\[ {2}PASSED {2}\] (\d+) tests/.exec(out)?.[1]) >= 19, out.slice(-500));
});

test('sixteen processes lose nothing', async () => {
  const store = newStore();
  const told = await Promise.all([...Array(16)].map((_, i) => store.put([...Array(5)].map((__, n) => record(`${i}.${n}`)))));
  for (const { outcome, put } of told) assert.deepEqual([outcome, put], ['put', 5]);
  assert.equal((await store.runIds()).length, 80);
});

describe('a service', () => {
  let store;
  const kept = record('kept');
  before(async () => {
    store = newStore();
    assert.equal((await store.put([kept])).outcome, 'put');
  });
  const only = (pattern) => ({ test: (line) => concerns(store.url, line) && pattern.test(line) });

  test('that is busy for a moment is waited for', async () => {
    service.fault(/^PUT/, { status: 503, code: 'SlowDown' }, 1);
    service.fault(/list-type/, { status: 500, code: 'InternalError' }, 1);
    service.fault(/^GET .*records.*jsonl/, { status: 503, code: 'SlowDown' }, 1);
    assert.equal((await store.put([record('busy')])).outcome, 'put');
    assert.ok((await store.runIds()).includes('busy'));
  });

  test('that resets connections, or loses answers, is asked again', async () => {
    service.fault(/^PUT/, { lost: true }, 2);
    service.fault(/^GET .*records.*jsonl/, { reset: true }, 1);
    assert.equal((await store.put([record('lost')])).outcome, 'put');
    assert.ok((await store.runIds()).includes('lost'));
  });

  test('that breaks answers off is asked again', async () => {
    service.fault(/^GET .*records.*jsonl/, { truncate: 50 }, 1);
    service.fault(/list-type/, { truncate: 50 }, 1);
    assert.ok((await store.runIds()).includes('kept'));
  });

  test('that refuses the credentials says so, and what they need', async () => {
    const wrong = await store.put([record('x')], { env: { AWS_SECRET_ACCESS_KEY: 'wrong' } });
    assert.equal(wrong.kind, 'permission');
    assert.match(wrong.hint, /credentials/);
    assert.doesNotMatch(JSON.stringify(wrong), /wrong"/);
    service.fault(only(/^PUT/), { status: 403, code: 'AccessDenied' });
    assert.match((await store.put([record('x')])).hint, /s3:ListBucket .*s3:PutObject/);
  });

  test('that has no such bucket says so', async () => {
    const none = await history(service, ['rows'], { url: 's3://no-bucket/history' });
    assert.equal(none.outcome, 'error');
    assert.match(none.message, /NoSuchBucket/);
  });

  test('whose clock is another is believed', async () => {
    service.clockOffset = 3_600_000;
    assert.equal((await store.put([record('late')])).outcome, 'put');
    assert.ok((await store.runIds()).includes('late'));
  });

  test('that tells nonsense is not believed', async () => {
    service.fault(only(/list-type/), { status: 200, body: 'nonsense' });
    assert.equal((await store.rows()).kind, 'data');
    service.mend();
    service.fault(only(/^GET .*jsonl/), { status: 200, body: '{"id":"../x"}\nnonsense\n' });
    assert.deepEqual((await store.rows()).rows, []);
  });
});

describe('a service that fails for ever', { concurrency: true }, () => {
  const kept = record('kept');
  for (const [name, fault, kind] of [
    ['is down', { reset: true }, /unavailable/],
    ['has errors of its own', { status: 500, code: 'InternalError' }, /unavailable/],
    ['never answers', { stall: 0 }, /timeout|unavailable/],
    ['stops in the middle of answers', { stall: 20 }, /timeout|unavailable/],
    ['refuses', { status: 403, code: 'AccessDenied' }, /permission/],
  ]) {
    test(`and ${name} costs ten seconds at most`, async () => {
      const broken = await new Service().start();
      try {
        const store = newStore(broken);
        assert.equal((await store.put([kept])).outcome, 'put');
        broken.fault(/^/, fault);
        const told = await Promise.all([store.put([record('never')]), store.rows(), store.document(kept.id), store.prune()]);
        broken.mend();
        for (const { outcome, kind: found, seconds, message } of told) {
          assert.equal(outcome, 'error', JSON.stringify(told));
          assert.match(found, kind, message);
          assert.ok(seconds < longest, `${seconds} s`);
        }
        assert.ok((await store.runIds()).includes('kept'));
      } finally {
        await broken.stop();
      }
    });
  }

  for (const [name, fault] of [
    ['is full', { status: 507, code: 'QuotaExceeded' }],
    ['lets nothing be written', { status: 403, code: 'AccessDenied' }],
  ]) {
    test(`and ${name} can still be read`, async () => {
      const broken = await new Service().start();
      try {
        const store = newStore(broken);
        assert.equal((await store.put([kept])).outcome, 'put');
        broken.fault(/^(PUT|POST|DELETE)/, fault);
        const put = await store.put([record('more')]);
        assert.equal(put.outcome, 'error');
        assert.match(put.message, new RegExp(`HTTP ${fault.status}`));
        assert.deepEqual(await store.runIds(), ['kept']);
        assert.equal((await store.document(kept.id)).document.run_id, 'kept');
      } finally {
        await broken.stop();
      }
    });
  }
});

for (const conditions of ['ignored', 'refused']) {
  test(`records are kept and pruned where If-None-Match is ${conditions}`, async () => {
    const other = await new Service({ conditions }).start();
    try {
      const store = newStore(other);
      const old = record('old', { day: '2026-09-01' });
      assert.equal((await store.put([record('new'), old, { ...old, status: 'failure' }])).outcome, 'put');
      assert.deepEqual(await store.runIds(), ['new', 'old']);
      assert.equal((await store.prune()).count, 1);
      assert.deepEqual(await store.runIds(), ['new']);
      assert.equal((await store.days())[0].runs, 1);
    } finally {
      await other.stop();
    }
  });
}

// Uses the store, killed with the request number `count`. Returns whether it was killed.
async function killedAt(count, args, url, input = '') {
  let child;
  let seen = 0;
  const counter = {
    test(line) {
      if (concerns(url, line) && (seen += 1) === count) child.kill('SIGKILL');
      return false;
    },
  };
  service.fault(counter, {});
  const { signal, err } = await run('history_driver', [url, ...args], { env: service.environment, input, onStart: (started) => (child = started) });
  return { killed: signal === 'SIGKILL', said: [...err.matchAll(/^put (.*)$/gm)].map(([, id]) => id) };
}

test('a writer that is killed at any request leaves whole records', async () => {
  for (let count = 1; ; count += 1) {
    const store = newStore();
    const first = record('1', { status: 'running' });
    // The second replaces the first in another place, the third has a place of its own.
    const documents = [first, record('1', { time: '13:00:00' }), record('2')];
    const { killed, said } = await killedAt(count, ['put'], store.url, lines(documents));
    service.mend();
    const { rows } = await store.rows();
    for (const row of rows) assert.equal((await store.document(row.id)).document?.run_id, row.run_id, `${count}`);
    for (const id of said) assert.ok(rows.some((row) => row.run_id === id), `${id} at ${count}`);
    assert.equal((await store.put(documents)).outcome, 'put', `${count}`);
    assert.deepEqual(await store.runIds(), ['1', '2'], `${count}`);
    if (!killed) break;
  }
});

test('a removal that is killed at any request counts nothing twice', async () => {
  for (let count = 1; ; count += 3) {
    const store = newStore();
    const old = [...Array(4)].map((_, i) => record(`old${i}`, { day: i < 2 ? '2026-09-01' : '2026-09-02', time: `12:00:0${i}` }));
    await store.put([record('new'), ...old]);
    const { killed } = await killedAt(count, ['prune', '2026-11-21T12:00:00Z', '30', '1'], store.url);
    service.mend();
    assert.equal((await store.prune()).outcome, 'pruned');
    assert.deepEqual(await store.runIds(), ['new'], `${count}`);
    assert.deepEqual((await store.days()).map((day) => day.runs), [2, 2], `${count}`);
    if (!killed) break;
  }
});

test('several removals at once count nothing twice', async () => {
  const store = newStore();
  const old = [...Array(40)].map((_, i) => record(`old${i}`, { day: `2026-09-0${1 + (i % 4)}`, time: `12:00:${10 + i}` }));
  await store.put([record('new'), ...old]);
  const told = await Promise.all([...Array(6)].map(() => store.prune()));
  for (const { outcome } of told) assert.equal(outcome, 'pruned', JSON.stringify(told));
  assert.equal((await store.prune()).count, 0);
  assert.deepEqual(await store.runIds(), ['new']);
  assert.deepEqual((await store.days()).map((day) => day.runs), [10, 10, 10, 10]);
  assert.equal(told.reduce((sum, { count }) => sum + count, 0), 40);
});

test('a list reads no more records than its limit asks for', async () => {
  const store = newStore();
  await store.put([...Array(60)].map((_, i) => record(`${i}`, { time: `12:00:${10 + (i % 50)}`, day: `2026-11-${10 + (i % 10)}` })));
  service.requests.length = 0;
  const told = await history(service, ['rows', '10'], { url: store.url });
  assert.equal(told.rows.length, 10);
  const count = (pattern) => service.requests.filter((line) => pattern.test(line)).length;
  assert.ok(count(/jsonl/) <= 26, `${count(/jsonl/)} records`);
  assert.ok(count(/list-type/) <= 4, `${count(/list-type/)} listings`);
});

test('a long list of past days is read from their indexes, which are never wrong', async () => {
  const store = newStore();
  const past = (id, more) => record(id, { day: '2026-09-01', time: `12:${10 + (Number(id) % 50)}:00`, ...more });
  const documents = [...Array(20)].map((_, i) => past(i));
  assert.equal((await store.put([...documents, record('today', { day: new Date().toISOString().slice(0, 10) })])).outcome, 'put');
  const listed = async () => {
    service.requests.length = 0;
    const ids = await store.runIds();
    return { ids, reads: service.requests.filter((line) => /^GET .*jsonl/.test(line)).length };
  };
  const slow = await listed();
  const fast = await listed();
  assert.deepEqual(fast.ids, slow.ids);
  assert.equal(fast.ids.length, 21);
  assert.deepEqual([slow.reads, fast.reads], [22, 2]);

  await store.put([past('20'), { ...documents[3], status: 'failure' }]);
  const { rows } = await store.rows();
  assert.equal(rows.length, 22);
  assert.equal(rows.find((row) => row.run_id === '3').status, 'failure');
  assert.deepEqual(await listed(), { ids: rows.map((row) => row.run_id).sort(), reads: 2 });

  for (const body of ['nonsense', `${'null\n'.repeat(20)}`, `${JSON.stringify(documents[0])}\n`.repeat(21)]) {
    service.fault(/^GET .*\/rows\//, { status: 200, body });
    assert.equal((await store.runIds()).length, 22, body);
    service.mend();
  }
  service.fault(/^PUT .*\/rows\//, { status: 403, code: 'AccessDenied' });
  await store.put([past('21')]);
  assert.equal((await store.runIds()).length, 23);
  service.mend();

  assert.equal((await store.runIds()).length, 23);
  assert.equal((await store.prune()).count, 22);
  service.requests.length = 0;
  await store.prune();
  assert.equal(service.requests.filter((line) => /^DELETE .*\/rows\//.test(line)).length, 1);
  service.requests.length = 0;
  await store.prune();
  assert.equal(service.requests.filter((line) => /^DELETE/.test(line)).length, 0);
});
