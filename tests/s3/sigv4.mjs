// Verifies Signature Version 4 of S3 requests as the service does, from the bytes that came over the wire.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

const sha256 = (data) => createHash('sha256').update(data).digest('hex');
const hmac = (key, text) => createHmac('sha256', key).update(text).digest();
const skewLimit = 15 * 60_000; // milliseconds

// RFC 3986 unreserved characters stay; what came encoded is decoded first, so that the client's spelling is no matter.
function encoded(text, keepSlash) {
  const spelled = encodeURIComponent(decodeURIComponent(text)).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return keepSlash ? spelled.replaceAll('%2F', '/') : spelled;
}

function canonicalQuery(query) {
  if (!query) return '';
  return query
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
      return [encoded(name, false), encoded(value, false)];
    })
    .sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

const refusal = (status, code, message, more = {}) => ({ status, code, message, more });

function parseDate(text) {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text ?? '');
  return parts ? Date.parse(`${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}:${parts[5]}:${parts[6]}Z`) : NaN;
}

// Returns why the service would refuse `request` (method, url, headers) with `body`, or undefined. `account`:
// { accessKeyId, secretAccessKey, sessionToken, region }. `now`: the service's clock in milliseconds.
export function whyRefused(request, body, account, now) {
  const { headers } = request;
  const hash = headers['x-amz-content-sha256'];
  const given =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    );
  if (!headers.authorization) return refusal(403, 'AccessDenied', 'Access Denied');
  if (!given) return refusal(400, 'AuthorizationHeaderMalformed', 'The authorization header is malformed');
  if (!hash) return refusal(400, 'MissingSecurityHeader', 'Missing required header: x-amz-content-sha256');
  const [, accessKeyId, day, region, signedNames, signature] = given;
  if (accessKeyId !== account.accessKeyId) return refusal(403, 'InvalidAccessKeyId', 'The key does not exist');
  if ((headers['x-amz-security-token'] ?? '') !== (account.sessionToken ?? '')) {
    return refusal(403, 'InvalidToken', 'The provided token is malformed or otherwise invalid.');
  }
  if (region !== account.region) {
    const message = `The authorization header is malformed; the region '${region}' is wrong; expecting '${account.region}'`;
    return refusal(400, 'AuthorizationHeaderMalformed', message, { Region: account.region });
  }
  const date = parseDate(headers['x-amz-date']);
  if (!(Math.abs(now - date) <= skewLimit) || !headers['x-amz-date'].startsWith(day)) {
    return refusal(403, 'RequestTimeTooSkewed', 'The difference between the request time and the current time is too large.');
  }
  const names = signedNames.split(';');
  const mustBeSigned = Object.keys(headers).filter((name) => name === 'host' || name.startsWith('x-amz-'));
  const unsigned = mustBeSigned.filter((name) => !names.includes(name));
  if (unsigned.length > 0) {
    return refusal(403, 'AccessDenied', `There were headers present in the request which were not signed: ${unsigned}`);
  }
  const question = request.url.indexOf('?');
  const path = question < 0 ? request.url : request.url.slice(0, question);
  const query = question < 0 ? '' : request.url.slice(question + 1);
  const lines = names.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`).join('');
  const canonical = [request.method, encoded(path, true), canonicalQuery(query), lines, signedNames, hash].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], `${day}/${region}/s3/aws4_request`, sha256(canonical)].join('\n');
  const key = [day, region, 's3', 'aws4_request'].reduce(hmac, `AWS4${account.secretAccessKey}`);
  const expected = createHmac('sha256', key).update(toSign).digest('hex');
  if (!timingSafeEqual(Buffer.from(expected), Buffer.from(signature))) {
    return refusal(403, 'SignatureDoesNotMatch', 'The request signature we calculated does not match.', {
      CanonicalRequest: canonical,
    });
  }
  if (hash !== 'UNSIGNED-PAYLOAD' && hash !== sha256(body)) {
    return refusal(400, 'XAmzContentSHA256Mismatch', "The provided 'x-amz-content-sha256' header does not match.");
  }
  return undefined;
}
