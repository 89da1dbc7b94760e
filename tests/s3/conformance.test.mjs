// What every store promises, kept by the s3: store: the suite is in tests/unit/store.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from './programs.mjs';

test('the conformance suite', async () => {
  const { code, out } = await run('test_store', ['--gtest_filter=S3/*'], { limit: 300_000 });
  assert.equal(code, 0, out.slice(-5000));
  assert.doesNotMatch(out, /SKIPPED/);
  assert.ok(Number(/\[ {2}PASSED {2}\] (\d+) tests/.exec(out)?.[1]) >= 19, out.slice(-500));
});
