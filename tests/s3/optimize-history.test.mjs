// A job whose records are kept in a bucket, with the program itself.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { history } from './programs.mjs';
import { Service } from './service.mjs';

const { inPlace } = createRequire(import.meta.url)('../integration/lib/paths.js');
const url = 's3://ci-cache/history';

test('a record goes to the bucket; while that is down the job is green and the record waits', () => inPlace(async (place) => {
  const service = await new Service().start();
  try {
    const optimize = () => {
      Object.assign(place.environment, service.environment);
      return place.json('optimize', '--smoke', 'true', '--history', url);
    };
    const first = await optimize();
    const rows = async () => (await history(service, ['rows'], { url })).rows;
    assert.deepEqual((await rows()).map(({ id, status }) => [id, status]), [[first.id, 'success']]);
    assert.equal(JSON.parse(fs.readFileSync(first.record_path)).id, first.id);
    assert.equal((await history(service, ['document', first.id], { url })).document.status, 'success');

    service.fault(/^/, { status: 403, code: 'AccessDenied' });
    const second = await optimize();
    assert.equal(second.status, 'success');
    assert.deepEqual(second.problems.map(({ kind, level }) => [kind, level]), [['record-not-shared', 'warning']]);
    service.mend();

    const third = await optimize();
    assert.deepEqual(third.problems ?? [], []);
    assert.deepEqual((await rows()).map(({ id }) => id).sort(), [first.id, second.id, third.id].sort());
  } finally {
    await service.stop();
  }
}));
