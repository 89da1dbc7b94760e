// Traces over OTLP/HTTP.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { startReceiver } from './otlp-receiver.mjs';
import { fullRecord, hostile, record } from './records.mjs';
import { exported } from './tools.mjs';

let receiver;
let elsewhere;
before(async () => {
  receiver = await startReceiver();
  elsewhere = await startReceiver();
});
after(() => {
  receiver.stop();
  elsewhere.stop();
});
beforeEach(() => {
  for (const one of [receiver, elsewhere]) Object.assign(one, { spans: [], requests: [], answers: [] });
});

const send = (records, { args = [], env = {}, url = receiver.url } = {}) => exported('otlp', records, ['--endpoint', url, ...args], { env });
const attributes = (span) => Object.fromEntries(span.attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

test('a strict receiver takes it, whatever the names are', async () => {
  const runs = [fullRecord({ run_id: '7', job: 'test', status: 'failure', problems: [{ level: 'failure', step: 'apt', kind: 'http-404', seconds: 1, message: hostile }] }),
    record({ run_id: '7', job: hostile, workflow: 'CI', matrix: { [hostile]: hostile } }), record({ run_id: '', repository: '', workflow: '', branch: '' })];
  const { code, out, err } = await send(runs, { args: ['--json'] });
  assert.equal(code, 0, err);
  assert.deepEqual(JSON.parse(out), { spans: receiver.spans.length });
  const run = receiver.spans.find(({ name }) => name === 'RUN CI');
  const told = attributes(run);
  assert.equal(told['cicd.pipeline.result'], 'failure');
  assert.equal(told['vcs.repository.url.full'], 'https://github.com/octo-org/app');
  const jobs = receiver.spans.filter(({ parentSpanId }) => parentSpanId === run.spanId);
  assert.equal(jobs.length, 2);
  const failed = jobs.find((span) => attributes(span)['cicd.pipeline.task.run.result'] === 'failure');
  assert.equal(attributes(failed)['error.type'], 'http-404');
  assert.deepEqual(receiver.spans.filter(({ parentSpanId }) => parentSpanId === failed.spanId).map(({ name }) => name), ['apt: download', 'apt: unpack', 'smoke: ffmpeg -version']);
});

test('what is sent again has the same identifiers', async () => {
  const one = fullRecord();
  await send([one]);
  const first = receiver.spans;
  receiver.spans = [];
  await send([one]);
  assert.deepEqual(receiver.spans, first);
});

// Ours, with one thing wrong.
const broken = {
  'snake_case names': (body) => body.replaceAll('"startTimeUnixNano"', '"start_time_unix_nano"'),
  'identifiers in base64': (body) => body.replaceAll(/"(traceId|spanId|parentSpanId)":\s*"([0-9a-f]+)"/g, (_, name, id) => `"${name}":"${Buffer.from(id, 'hex').toString('base64')}"`),
  '64-bit integers as numbers': (body) => body.replaceAll(/"endTimeUnixNano":\s*"(\d+)"/g, '"endTimeUnixNano":$1'),
  'enums as names': (body) => body.replaceAll(/"kind":\s*2/g, '"kind":"SPAN_KIND_SERVER"'),
};
for (const [what, breaking] of Object.entries(broken)) {
  test(`the receiver refuses ${what}`, async () => {
    const { out } = await exported('otlp', [fullRecord()]);
    const post = (body) => fetch(`${receiver.url}/v1/traces`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
    assert.equal((await post(out)).status, 200);
    const wrong = breaking(out);
    assert.notEqual(wrong, out);
    assert.equal((await post(wrong)).status, 400);
  });
}

test('a receiver that asks to come later is asked later', async () => {
  receiver.answers = [{ status: 503, headers: { 'Retry-After': '1' } }, { status: 429, headers: { 'Retry-After': '1' } }];
  const { code, err } = await send([record()]);
  assert.equal(code, 0, err);
  const [first, second, third] = receiver.requests.map(({ at }) => at);
  assert.ok(second - first >= 950 && third - second >= 950);
});

test('a wait beyond the cap is an error at once', async () => {
  receiver.answers = [{ status: 429, headers: { 'Retry-After': '3600' }, body: 'slow down' }];
  const begun = Date.now();
  const { code, err } = await send([record()]);
  assert.equal(code, 69, err);
  assert.match(err, /HTTP 429: slow down/);
  assert.ok(Date.now() - begun < 5000);
});

for (const [what, answer, says] of [
  ['a page', { status: 200, body: '<!doctype html><title>Sign in</title>' }, /not that of a receiver of OTLP/],
  ['404', { status: 404, body: 'nothing here' }, /HTTP 404: nothing here/],
  ['500', { status: 500, body: '' }, /HTTP 500/],
  ['spans refused', { status: 200, body: '{"partialSuccess":{"rejectedSpans":"2","errorMessage":"too old"}}' }, /2 of 2 spans were refused: too old/],
]) {
  test(`an answer of ${what} is an error`, async () => {
    receiver.answers = [answer];
    const { code, out, err } = await send([record()]);
    assert.deepEqual([code, out], [69, ''], err);
    assert.match(err, says);
  });
}

test('an address where nothing listens is an error', async () => {
  const gone = await startReceiver();
  gone.stop();
  const { code, err } = await send([record()], { url: gone.url, args: ['--deadline', '2s'] });
  assert.equal(code, 69, err);
  assert.match(err, /cannot export: POST http:\/\/127\.0\.0\.1:\d+\/v1\/traces/);
});

test('a receiver that never answers is given up at the deadline', async () => {
  receiver.answers = [() => {}, () => {}, () => {}, () => {}];
  const begun = Date.now();
  const { code, err } = await send([record()], { args: ['--deadline', '1s'] });
  assert.equal(code, 5, err);
  assert.ok(Date.now() - begun < 6000);
});

test('keys come from the environment and go nowhere else', async () => {
  const env = { OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=s3cr3t%20key,x-scope=one' };
  const sent = await send([record()], { env });
  assert.equal(sent.code, 0, sent.err);
  assert.equal(receiver.requests[0].headers['x-api-key'], 's3cr3t key');
  receiver.answers = [{ status: 307, headers: { Location: `${elsewhere.url}/v1/traces` } }];
  await send([record()], { env });
  assert.equal(elsewhere.requests.length, 1);
  assert.equal(elsewhere.requests[0].headers['x-api-key'], undefined);
  assert.equal(elsewhere.requests[0].headers['x-scope'], undefined);
  receiver.answers = [{ status: 403, body: 'key s3cr3t key is not known' }];
  const refused = await send([record()], { env });
  assert.equal(refused.code, 77);
  assert.doesNotMatch(refused.out + refused.err, /s3cr3t/);
});
