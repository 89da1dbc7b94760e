// Our signatures are those of two other implementations.
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { run } from './programs.mjs';

const aws4 = createRequire(import.meta.url)('aws4');
const count = 300;

// Numbers that are the same in every run (Park and Miller).
let seed = 20261121;
const random = (below) => {
  seed = (seed * 48271) % 2147483647;
  return seed % below;
};
const pick = (choices) => choices[random(choices.length)];
const letters = [...'abcXYZ019-._~/ +=@%!*\'()&?#:;,$"<>[]{}|\\^`', '\u00e9', '\u6f22', '\u{1F680}'];
const text = (longest) => Array.from({ length: random(longest) }, () => pick(letters)).join('');

function someRequest() {
  const headers = [['range', `bytes=${random(100)}-${random(10_000) + 100}`], ['if-none-match', '*'], ['x-amz-meta-upload', `a  b ${random(99)}`]];
  return {
    method: pick(['GET', 'PUT', 'POST', 'HEAD', 'DELETE']),
    host: pick(['bucket.s3.eu-central-1.amazonaws.com', '127.0.0.1:9000']),
    // An empty segment and dot segments are never part of our names, and the libraries differ about them.
    path: `/${text(40)}`.replaceAll(/\/+/g, '/').replaceAll(/\/\.{1,2}(?=\/|$)/g, '/x'),
    query: Object.entries({ uploads: '', prefix: text(20), partNumber: `${random(1000)}` }).filter(() => random(2)),
    headers: headers.filter(() => random(2)),
    payload_hash: pick(['UNSIGNED-PAYLOAD', createHash('sha256').update(text(9)).digest('hex')]),
    id: 'AKIDEXAMPLE',
    secret: text(60),
    token: pick(['', 'token//=+']),
    region: pick(['us-east-1', 'eu-central-1', 'auto']),
    date: new Date(1.4e12 + random(1e9) * 1000).toISOString().replace(/\.\d+/, ''),
  };
}

const encode = (part) => encodeURIComponent(part).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
const signatureOf = (authorization) => /Signature=([0-9a-f]{64})/.exec(authorization)[1];
const namesOf = (authorization) => /SignedHeaders=([^,]+)/.exec(authorization)[1];

async function bySmithy(request) {
  const signer = new SignatureV4({
    service: 's3',
    region: request.region,
    uriEscapePath: false,
    applyChecksum: false,
    sha256: Sha256,
    credentials: { accessKeyId: request.id, secretAccessKey: request.secret, sessionToken: request.token || undefined },
  });
  const signed = await signer.sign(
    {
      method: request.method,
      protocol: 'https:',
      hostname: request.host,
      path: request.path.split('/').map(encode).join('/'),
      query: Object.fromEntries(request.query),
      headers: { ...Object.fromEntries(request.headers), host: request.host, 'x-amz-content-sha256': request.payload_hash },
    },
    { signingDate: new Date(request.date), signableHeaders: new Set(['range', 'if-none-match']) },
  );
  return signed.headers.authorization;
}

function byAws4(request) {
  const query = request.query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
  const signed = aws4.sign(
    {
      service: 's3',
      region: request.region,
      method: request.method,
      host: request.host,
      path: request.path.split('/').map(encode).join('/') + (query ? `?${query}` : ''),
      headers: {
        ...Object.fromEntries(request.headers),
        'X-Amz-Content-Sha256': request.payload_hash,
        'X-Amz-Date': request.date.replaceAll(/[-:]/g, ''),
      },
      extraHeadersToInclude: { 'if-none-match': true, range: true },
    },
    { accessKeyId: request.id, secretAccessKey: request.secret, sessionToken: request.token || undefined },
  );
  return signed.headers.Authorization;
}

test('signatures are those of @smithy/signature-v4 and of aws4', async () => {
  const requests = Array.from({ length: count }, someRequest);
  const { out, code, err } = await run('s3_sign', [], { input: JSON.stringify(requests) });
  assert.equal(code, 0, err);
  const ours = JSON.parse(out);
  assert.equal(ours.length, count);
  for (const [i, request] of requests.entries()) {
    for (const theirs of [await bySmithy(request), byAws4(request)]) {
      assert.equal(namesOf(ours[i]), namesOf(theirs), JSON.stringify(request));
      assert.equal(signatureOf(ours[i]), signatureOf(theirs), JSON.stringify(request));
    }
  }
});
