// The host names the bucket, the connection is TLS: as at Amazon.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { store } from './programs.mjs';
import { bucket, Service } from './service.mjs';

const host = `${bucket}.localhost`; // libcurl takes such names for this machine
let folder;
let service;
let env;

before(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ci-optimizer-tls-'));
  const key = path.join(folder, 'key.pem');
  const certificate = path.join(folder, 'certificate.pem');
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`, '-keyout', key, '-out', certificate],
    { stdio: 'pipe' },
  );
  service = await new Service({ tls: { key: fs.readFileSync(key), cert: fs.readFileSync(certificate) }, sessionToken: 'token+/=' }).start();
  env = { AWS_ENDPOINT_URL_S3: `https://${host}:${service.port}`, SSL_CERT_FILE: certificate };
});
after(async () => {
  await service?.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

test('an endpoint that begins with the bucket is the bucket, with temporary credentials and without signed bodies', async () => {
  for (const [key, size] of [['small', 1000], ['large', 20 << 20]]) {
    const input = randomBytes(size);
    service.headers.length = 0;
    assert.equal((await store(service, ['save', key], { input, env })).outcome, 'saved');
    const told = await store(service, ['load', key], { env });
    assert.equal(told.read, size, JSON.stringify(told));
    assert.ok(service.headers.every((headers) => headers.host === `${host}:${service.port}`));
    assert.ok(service.headers.some((headers) => headers['x-amz-content-sha256'] === 'UNSIGNED-PAYLOAD'));
  }
  assert.ok(service.requests.includes('HEAD /ci/small.entry'));
});

test('the shared credentials file serves where the environment has none', async () => {
  const { accessKeyId, secretAccessKey, sessionToken } = service.account;
  const file = path.join(folder, 'credentials');
  fs.writeFileSync(
    file,
    `[default]\naws_access_key_id = other\naws_secret_access_key = x\n[ci]\naws_access_key_id = ${accessKeyId}\n` +
      `aws_secret_access_key = ${secretAccessKey}\naws_session_token = ${sessionToken}\n`,
  );
  const none = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SESSION_TOKEN: '', AWS_SHARED_CREDENTIALS_FILE: file };
  const told = await store(service, ['load', 'small'], { env: { ...env, ...none, AWS_PROFILE: 'ci' } });
  assert.equal(told.outcome, 'loaded', JSON.stringify(told));
  assert.match((await store(service, ['load', 'small'], { env: { ...env, ...none } })).message, /InvalidAccessKeyId/);
});
