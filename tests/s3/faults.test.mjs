// What the store does when the service, the network or a process fails: never a hang, never other bytes than were saved.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { after, afterEach, before, describe, test } from 'node:test';
import { assertLoaded, getting, run, store } from './programs.mjs';
import { Service } from './service.mjs';

const small = randomBytes(100_000);
const large = randomBytes(25 << 20); // four parts, four ranges
let keys = 0;
const newKey = () => `key-${(keys += 1)}`;

let service;
before(async () => (service = await new Service().start()));
after(() => service?.stop());
afterEach(() => service.mend());

const save = (key, input, options) => store(service, ['save', key], { input, ...options });
const load = (key, options) => store(service, ['load', key], options);

async function saved(input) {
  const key = newKey();
  assert.equal((await save(key, input)).outcome, 'saved');
  return key;
}

describe('a restore', () => {
  let smallKey;
  let largeKey;
  before(async () => {
    smallKey = await saved(small);
    largeKey = await saved(large);
  });

  test('reads what was saved, in ranges', async () => {
    assertLoaded(await load(smallKey), small);
    service.requests.length = 0;
    assertLoaded(await load(largeKey), large);
    assert.equal(service.requests.filter((line) => getting.test(line)).length, 4);
  });

  test('waits for a service that is busy for a moment', async () => {
    service.fault(/^HEAD/, { status: 503, code: 'SlowDown' }, 1);
    service.fault(getting, { status: 503, code: 'SlowDown' }, 1);
    assertLoaded(await load(smallKey), small);
  });

  test('goes on when connections break', async () => {
    service.fault(getting, { reset: true }, 2);
    service.fault(getting, { truncate: 3_000_000 }, 2);
    assertLoaded(await load(largeKey), large);
  });

  test('asks again for what stalls', async () => {
    service.fault(getting, { stall: 3_000_000 }, 2);
    const told = await load(largeKey);
    assertLoaded(told, large);
    assert.ok(told.seconds < 25, `${told.seconds} s`);
  });

  test('ends within its budget when everything stalls', async () => {
    service.fault(getting, { stall: 3_000_000 });
    const told = await load(largeKey, { env: { STORE_BUDGET: '2' } });
    assert.equal(told.outcome, 'error');
    assert.ok(told.seconds < 3, `${told.seconds} s`);
  });

  test('reads a service that ignores ranges', async () => {
    service.fault(getting, { whole: true });
    assertLoaded(await load(largeKey), large);
  });

  test('refuses ranges and lengths that are lies', async () => {
    for (const lie of ['bytes 0-99/100', `bytes 5-8388612/${large.length}`, 'bytes 0-8388607/*', 'nonsense']) {
      service.mend();
      service.fault(getting, { lie: { 'content-range': lie } });
      const told = await load(largeKey, { env: { STORE_BUDGET: '5' } });
      assert.equal(told.outcome, 'error', `${lie}: ${JSON.stringify(told)}`);
    }
  });

  test('is an error when the entry is replaced or removed on the way', async () => {
    for (const change of [{ status: 412, code: 'PreconditionFailed' }, { status: 404, code: 'NoSuchKey' }]) {
      service.mend();
      service.fault(getting, change);
      service.fault(getting, {}, 1); // the first range comes
      const told = await load(largeKey, { env: { STORE_BUDGET: '5' } });
      assert.equal(told.outcome, 'error', JSON.stringify(told));
    }
  });

  test('sets its time by the service', async () => {
    service.clockOffset = -3 * 3_600_000;
    assertLoaded(await load(smallKey), small);
    service.clockOffset = 3_600_000;
    assertLoaded(await load(await saved(large)), large);
  });

  test('tells why it is refused', async () => {
    const kinds = { permission: 4, unavailable: 3 };
    const refused = async (env) => {
      const told = await load(smallKey, { env });
      assert.equal(told.outcome, 'error');
      return told;
    };
    const secret = await refused({ AWS_SECRET_ACCESS_KEY: 'wrong-secret' });
    assert.equal(secret.kind, kinds.permission);
    assert.match(secret.message, /HTTP 403 SignatureDoesNotMatch/);
    assert.match(secret.hint, /the credentials are wrong/);
    assert.doesNotMatch(secret.log + secret.message, /wrong-secret/);
    assert.match((await refused({ AWS_REGION: 'us-west-2' })).hint, /set AWS_REGION to eu-central-1/);
    assert.match((await refused({ AWS_SESSION_TOKEN: 'old' })).hint, /temporary credentials/);
    const none = await refused({ AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' });
    assert.match(none.message, /no credentials/);
    service.fault(/./, { status: 403, code: 'AccessDenied' });
    assert.match((await refused({})).hint, /s3:ListBucket/);
    service.mend();
    const other = await store(service, ['load', 'key'], { url: 's3://no-such-bucket/x' });
    assert.match(other.outcome, /none|error/);
  });
});

describe('a listing', () => {
  test('goes over all pages, and past what is no entry', async () => {
    const fs = await import('node:fs');
    const path = await import('node:path');
    for (let i = 0; i < 2500; i += 1) {
      const file = service.fileOf(`pages/many-${String(i).padStart(4, '0')}${i === 7 ? '' : '.entry'}`);
      if (i === 0) fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, 'x');
    }
    const told = await store(service, ['list', 'many-1'], { url: 's3://ci-cache/pages' });
    assert.equal(told.entries.length, 1000);
    const all = await store(service, ['list', ''], { url: 's3://ci-cache/pages' });
    assert.equal(all.entries.length, 2499);
    assert.equal((await store(service, ['load', 'x', 'many-24'], { url: 's3://ci-cache/pages' })).outcome, 'loaded');
  });

  test('is an error when the service answers nonsense', async () => {
    const object = '<Contents><Key>ci/a.entry</Key><Size>1</Size><LastModified>2026-11-21T00:00:00Z</LastModified></Contents>';
    const more = '<IsTruncated>true</IsTruncated><NextContinuationToken>again</NextContinuationToken>';
    for (const body of [
      '',
      '<html>login</html>',
      `<ListBucketResult>${object}`,
      `<ListBucketResult>${object}${more}</ListBucketResult>`,
      '<!DOCTYPE x [<!ENTITY a "b">]><ListBucketResult>&a;</ListBucketResult>',
      `<ListBucketResult>${'<a>'.repeat(100_000)}`,
      'x'.repeat(9 << 20),
    ]) {
      service.mend();
      service.fault(/list-type=2/, { body });
      const told = await store(service, ['list', ''], { env: { STORE_BUDGET: '5' } });
      assert.equal(told.outcome, 'error', body.slice(0, 60));
      assert.ok(told.seconds < 10);
    }
  });
});

describe('a save', () => {
  test('of little is one request, of much several parts', async () => {
    service.requests.length = 0;
    await saved(small);
    const kinds = service.requests.map((line) => line.split(' ')[0]).join(' ');
    assert.equal(kinds, 'HEAD HEAD PUT');
    service.requests.length = 0;
    const key = await saved(large);
    assert.equal(service.requests.filter((line) => /partNumber=/.test(line)).length, 4);
    assertLoaded(await load(key), large);
    assert.equal(service.multiparts.size, 0);
  });

  test('is done once, whoever comes first', async () => {
    for (const input of [small, large]) {
      const key = newKey();
      const told = await Promise.all(Array.from({ length: 8 }, () => save(key, input)));
      const outcomes = told.map(({ outcome, reason }) => reason ?? outcome).sort();
      assert.deepEqual(outcomes, [...Array(7).fill('already_there'), 'saved']);
      assertLoaded(await load(key), input);
      assert.equal(service.multiparts.size, 0, 'the others have aborted theirs');
    }
  });

  test('looks the key up before anything is made', async () => {
    const key = await saved(small);
    service.requests.length = 0;
    const told = await save(key, small);
    assert.equal(told.reason, 'already_there');
    assert.equal(service.requests.length, 1);
  });

  test('goes on when requests fail for a moment', async () => {
    service.fault(/partNumber=2/, { reset: true }, 1);
    service.fault(/partNumber=3/, { status: 500, code: 'InternalError' }, 1);
    service.fault(/uploads=/, { status: 503, code: 'SlowDown' }, 1);
    assertLoaded(await load(await saved(large)), large);
  });

  test('is known as its own when the answer was lost', async () => {
    service.fault(/^PUT/, { lost: true }, 1);
    assertLoaded(await load(await saved(small)), small);
    service.fault(/^POST .*uploadId=/, { lost: true }, 1);
    assertLoaded(await load(await saved(large)), large);
  });

  test('that fails after its status 200 is tried again', async () => {
    const body = '<Error><Code>InternalError</Code><Message>We encountered an internal error.</Message></Error>';
    service.fault(/^POST .*uploadId=/, { status: 200, body }, 1);
    assertLoaded(await load(await saved(large)), large);
    service.fault(/^POST .*uploadId=/, { status: 200, body });
    const key = newKey();
    const told = await save(key, large);
    assert.equal(told.outcome, 'not saved');
    assert.match(told.message, /InternalError/);
    service.mend();
    assert.equal((await load(key)).outcome, 'none');
    assert.equal(service.multiparts.size, 0, 'it was aborted');
  });

  test('tells apart why it cannot be', async () => {
    const reason = async (status, code, input = small) => {
      service.mend();
      service.fault(/^P/, { status, code });
      return (await save(newKey(), input, { env: { STORE_BUDGET: '4' } })).reason;
    };
    assert.equal(await reason(403, 'AccessDenied'), 'denied');
    assert.equal(await reason(403, 'AccessDenied', large), 'denied');
    assert.equal(await reason(403, 'QuotaExceeded'), 'no_room');
    assert.equal(await reason(507, 'InsufficientStorage'), 'no_room');
    assert.equal(await reason(409, 'ConditionalRequestConflict'), 'already_there');
    assert.equal(await reason(503, 'SlowDown'), 'later');
    assert.equal(await reason(429, 'TooManyRequests'), 'later');
    assert.equal(await reason(400, 'InvalidRequest'), 'failed');
    service.mend();
    const none = await save(newKey(), small, { env: { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' } });
    assert.equal(none.reason, 'denied');
  });

  test('of a process that is killed leaves no entry, and the next one tidies up', async () => {
    const key = newKey();
    let child;
    const endless = (async function* () {
      for (;;) yield randomBytes(1 << 20);
    })();
    const running = run('store_driver', ['s3://ci-cache/ci', 'save', key], {
      env: service.environment,
      input: endless,
      onStart: (started) => (child = started),
    });
    while (!service.requests.some((line) => line.includes(`${key}.entry`) && line.includes('partNumber=3'))) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    child.kill('SIGKILL');
    await running;
    assert.equal((await load(key)).outcome, 'none');
    assert.equal(service.multiparts.size, 1);
    await saved(large);
    assert.equal(service.multiparts.size, 1, 'it might still be running');
    for (const multipart of service.multiparts.values()) multipart.initiated = new Date(Date.now() - 25 * 3_600_000);
    await saved(large);
    assert.equal(service.multiparts.size, 0);
  });

  test('that is stopped aborts its upload', async () => {
    const key = newKey();
    let child;
    const endless = (async function* () {
      for (;;) yield randomBytes(1 << 20);
    })();
    const running = run('store_driver', ['s3://ci-cache/ci', 'save', key], {
      env: service.environment,
      input: endless,
      onStart: (started) => (child = started),
    });
    while (service.multiparts.size === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGTERM');
    const { seconds, out } = await running;
    assert.equal(JSON.parse(out).outcome, 'not saved');
    assert.ok(seconds < 20);
    assert.equal(service.multiparts.size, 0);
  });
});

describe('services that keep conditions otherwise', () => {
  for (const conditions of ['ignored', 'refused']) {
    test(`If-None-Match is ${conditions}`, async () => {
      const other = await new Service({ conditions }).start();
      try {
        for (const input of [small, large]) {
          const key = newKey();
          assert.equal((await store(other, ['save', key], { input })).outcome, 'saved');
          assert.equal((await store(other, ['save', key], { input: 'x' })).reason, 'already_there');
          assertLoaded(await store(other, ['load', key]), input);
        }
      } finally {
        await other.stop();
      }
    });
  }
});
