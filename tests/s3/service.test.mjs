// The service that the other tests rely on, seen by an independent client: Amazon's own.
import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  CompleteMultipartUploadCommand,
} from '@aws-sdk/client-s3';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { account, bucket, Service } from './service.mjs';

const common = { Bucket: bucket };

function client(service, credentials = {}) {
  return new S3Client({
    endpoint: service.url,
    region: account.region,
    forcePathStyle: true,
    maxAttempts: 1,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    credentials: { ...account, sessionToken: undefined, ...credentials },
  });
}

const bytesOf = async (answer) => Buffer.from(await answer.Body.transformToByteArray());
const refused = (name) => (error) => error.name === name;

let service;
let s3;
before(async () => {
  service = await new Service().start();
  s3 = client(service);
});
after(() => service?.stop());

test('a client that signs rightly writes, reads, lists and removes', async () => {
  for (const Key of ['plain', 'a/b c+d@e!(1)*.x', 'gr\u00fc\u00dfe']) {
    await s3.send(new PutObjectCommand({ ...common, Key, Body: Key, Metadata: { upload: 'x1' } }));
    const read = await s3.send(new GetObjectCommand({ ...common, Key }));
    assert.equal(String(await bytesOf(read)), Key);
    assert.equal(read.Metadata.upload, 'x1');
  }
  const range = await s3.send(new GetObjectCommand({ ...common, Key: 'plain', Range: 'bytes=1-2' }));
  assert.equal(String(await bytesOf(range)), 'la');
  assert.equal(range.ContentRange, 'bytes 1-2/5');
  const first = await s3.send(new ListObjectsV2Command({ ...common, MaxKeys: 2, EncodingType: 'url' }));
  assert.equal(first.IsTruncated, true);
  const next = await s3.send(new ListObjectsV2Command({ ...common, ContinuationToken: first.NextContinuationToken }));
  assert.deepEqual([...first.Contents, ...next.Contents].map(({ Key }) => decodeURIComponent(Key).replaceAll('+', ' ')).length, 3);
  await s3.send(new DeleteObjectCommand({ ...common, Key: 'plain' }));
  await assert.rejects(s3.send(new HeadObjectCommand({ ...common, Key: 'plain' })), refused('NotFound'));
});

test('wrong signatures are refused', async () => {
  const put = (s3Client) => s3Client.send(new PutObjectCommand({ ...common, Key: 'k', Body: 'x' }));
  await assert.rejects(put(client(service, { secretAccessKey: 'wrong' })), refused('SignatureDoesNotMatch'));
  await assert.rejects(put(client(service, { accessKeyId: 'other' })), refused('InvalidAccessKeyId'));
  await assert.rejects(put(client(service, { sessionToken: 'token' })), refused('InvalidToken'));
  service.clockOffset = 16 * 60_000;
  await assert.rejects(put(client(service)), refused('RequestTimeTooSkewed')); // it would set its clock by the answer
  service.mend();
  const answer = await fetch(`${service.url}/${bucket}/k`);
  assert.equal(answer.status, 403);
});

test('a payload that is not the signed one is refused', async () => {
  const changed = client(service);
  changed.middlewareStack.add(
    (next) => (args) => {
      args.request.body = 'other';
      args.request.headers['content-length'] = '5';
      return next(args);
    },
    { step: 'finalizeRequest', priority: 'low' },
  );
  await assert.rejects(
    changed.send(new PutObjectCommand({ ...common, Key: 'k', Body: 'first' })),
    refused('XAmzContentSHA256Mismatch'),
  );
});

test('temporary credentials need their token', async () => {
  const temporary = await new Service({ sessionToken: 'token+/=' }).start();
  try {
    const put = (credentials) =>
      client(temporary, credentials).send(new PutObjectCommand({ ...common, Key: 'k', Body: 'x' }));
    await put({ sessionToken: 'token+/=' });
    await assert.rejects(put({}), refused('InvalidToken'));
  } finally {
    await temporary.stop();
  }
});

test('an object is written once where the condition says so', async () => {
  const put = (Body) => s3.send(new PutObjectCommand({ ...common, Key: 'once', Body, IfNoneMatch: '*' }));
  const outcomes = await Promise.allSettled(['1', '2', '3', '4'].map(put));
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
  for (const { reason } of outcomes.filter(({ status }) => status === 'rejected')) assert.equal(reason.name, 'PreconditionFailed');
});

test('multipart uploads are completed, listed and aborted', async () => {
  const Key = 'large';
  const parts = [randomBytes(5 << 20), randomBytes(1000)];
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...common, Key, Metadata: { upload: 'm' } }));
  const Parts = [];
  for (const [i, Body] of parts.entries()) {
    const { ETag } = await s3.send(new UploadPartCommand({ ...common, Key, UploadId, PartNumber: i + 1, Body }));
    Parts.push({ ETag, PartNumber: i + 1 });
  }
  const listed = await s3.send(new ListMultipartUploadsCommand({ ...common, Prefix: 'lar' }));
  assert.deepEqual(listed.Uploads.map((upload) => upload.UploadId), [UploadId]);
  await s3.send(new CompleteMultipartUploadCommand({ ...common, Key, UploadId, MultipartUpload: { Parts } }));
  assert.deepEqual(await bytesOf(await s3.send(new GetObjectCommand({ ...common, Key }))), Buffer.concat(parts));
  const second = await s3.send(new CreateMultipartUploadCommand({ ...common, Key: 'aborted' }));
  const upload = { ...common, Key: 'aborted', UploadId: second.UploadId };
  await s3.send(new AbortMultipartUploadCommand(upload));
  await assert.rejects(s3.send(new AbortMultipartUploadCommand(upload)), refused('NoSuchUpload'));
  assert.equal((await s3.send(new ListMultipartUploadsCommand(common))).Uploads, undefined);
  await s3.send(new GetObjectCommand({ ...common, Key }));
});
