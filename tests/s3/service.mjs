// An S3 service for tests: s3rver, which keeps the objects, behind a proxy that adds what s3rver lacks (signatures,
// conditions, aborted and listed multipart uploads) and misbehaves where it is told to.
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { whyRefused } from './sigv4.mjs';

const S3rver = createRequire(import.meta.url)('s3rver');
const longestBody = 256 << 20;

export const account = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: '',
  region: 'eu-central-1',
};
export const bucket = 'ci-cache';

const escapeXml = (text) => String(text).replace(/[<>&"]/g, (c) => `&#${c.charCodeAt(0)};`);
const xml = (root, inner) => `<?xml version="1.0" encoding="UTF-8"?>\n<${root}>${inner}</${root}>`;
const elements = (values) =>
  Object.entries(values)
    .map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`)
    .join('');

export class Service {
  // `options`: conditions: 'kept' (as Amazon), 'ignored' or 'refused' (501) tells what becomes of If-None-Match;
  // tls: { key, cert } of an https service.
  constructor({ conditions = 'kept', tls, ...changes } = {}) {
    this.account = { ...account, ...changes };
    this.conditions = conditions;
    this.requests = []; // "METHOD /path?query", in order
    this.headers = []; // of those requests
    this.faults = []; // { pattern, times, fault }
    this.multiparts = new Map(); // upload id -> { key, initiated, sizes, parts (those that s3rver is taking) }
    this.turns = new Map(); // path -> the promise of the last change of that object
    this.clockOffset = 0; // milliseconds
    this.sockets = new Set();
    this.timers = new Set();
    const answer = (request, response) =>
      this.#answer(request, response).catch((error) => {
        if (!response.headersSent) this.#refuse(response, { status: 500, code: 'InternalError', message: String(error), more: {} });
        response.destroy();
      });
    this.server = tls ? https.createServer(tls, answer) : http.createServer(answer);
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    this.scheme = tls ? 'https' : 'http';
  }

  async start() {
    const parent = fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();
    this.folder = fs.mkdtempSync(path.join(parent, 'ci-optimizer-s3-'));
    this.store = new S3rver({
      address: '127.0.0.1',
      port: 0,
      silent: true,
      directory: this.folder,
      configureBuckets: [{ name: bucket }],
      vhostBuckets: false,
    });
    this.storePort = (await this.store.run()).port;
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.port = this.server.address().port;
    this.url = `${this.scheme}://127.0.0.1:${this.port}`;
    return this;
  }

  async stop() {
    for (const timer of this.timers) clearTimeout(timer);
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
    this.agent.destroy();
    await this.store.close();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  // The variables that lead a client here.
  get environment() {
    return {
      AWS_ENDPOINT_URL_S3: this.url,
      AWS_REGION: this.account.region,
      AWS_ACCESS_KEY_ID: this.account.accessKeyId,
      AWS_SECRET_ACCESS_KEY: this.account.secretAccessKey,
      AWS_SESSION_TOKEN: this.account.sessionToken,
    };
  }

  // The next `times` requests whose "METHOD /path?query" matches `pattern` get `fault`:
  //   { status, code, headers }   that answer, an Error document
  //   { reset: true }             the connection is torn down before an answer
  //   { lost: true }              the request is carried out, then the connection is torn down
  //   { stall: BYTES }            the right answer up to that byte, then nothing
  //   { truncate: BYTES }         the right answer up to that byte, then the connection is torn down
  //   { whole: true }             a Range is answered with 200 and the whole object
  //   { body: TEXT, status }      that answer
  //   { lie: HEADERS }            the right answer with other headers
  fault(pattern, fault, times = Infinity) {
    this.faults.unshift({ pattern, fault, times });
  }

  mend() {
    this.faults = [];
    this.clockOffset = 0;
  }

  // What s3rver keeps of the object `name`: a file.
  fileOf(name) {
    return path.join(this.folder, bucket, `${name}._S3rver_object`);
  }

  #refuse(response, { status, code, message, more }, method) {
    const body = xml('Error', elements({ Code: code, Message: message, ...more }));
    response.writeHead(status, {
      'content-type': 'application/xml',
      'content-length': Buffer.byteLength(body),
      date: new Date(Date.now() + this.clockOffset).toUTCString(),
      ...(more.Region ? { 'x-amz-bucket-region': more.Region } : {}),
    });
    response.end(method === 'HEAD' ? undefined : body);
  }

  #takeFault(line) {
    const found = this.faults.find(({ pattern, times }) => times > 0 && pattern.test(line));
    if (!found) return undefined;
    found.times -= 1;
    return found.fault;
  }

  async #answer(request, response) {
    response.sendDate = false;
    const chunks = [];
    let size = 0;
    for await (const chunk of request) {
      size += chunk.length;
      if (size > longestBody) return request.destroy();
      chunks.push(chunk);
    }
    const body = Buffer.concat(chunks, size);
    if (request.url.startsWith('/_test/')) return this.#serveTest(request, response);
    const line = `${request.method} ${request.url}`;
    this.requests.push(line);
    this.headers.push(request.headers);
    const fault = this.#takeFault(line);
    if (fault?.reset) return response.destroy();
    const headers = { 'content-type': 'application/xml', ...fault?.headers };
    if (fault?.body !== undefined) {
      response.writeHead(fault.status ?? 200, headers);
      return response.end(fault.body);
    }
    if (fault?.status) {
      response.writeHead(fault.status, headers);
      return response.end(request.method === 'HEAD' ? undefined : xml('Error', elements({ Code: fault.code ?? 'Fault', Message: 'as told' })));
    }
    const refused = whyRefused(request, body, this.account, Date.now() + this.clockOffset);
    if (refused) return this.#refuse(response, refused, request.method);
    await this.#serve(request, response, body, fault ?? {});
  }

  // Carries out a request that was found good. Changes of one object follow one another.
  async #serve(request, response, body, fault) {
    const url = new URL(request.url, 'http://x');
    const host = request.headers.host.split(':')[0];
    let objectPath = url.pathname;
    if (host.startsWith(`${bucket}.`)) objectPath = `/${bucket}${objectPath}`;
    const key = decodeURIComponent(objectPath).slice(`/${bucket}/`.length);
    const query = url.searchParams;
    const uploadId = query.get('uploadId');
    const changes = ['PUT', 'POST', 'DELETE'].includes(request.method) && !query.has('partNumber');
    const target = objectPath + url.search;
    if (!changes) return this.#read(request, response, body, { key, query, uploadId, objectPath, target, fault });
    const before = this.turns.get(objectPath) ?? Promise.resolve();
    const turn = before.then(() => this.#change(request, response, body, { key, query, uploadId, objectPath, target, fault }));
    this.turns.set(objectPath, turn.catch(() => {}));
    return turn;
  }

  async #change(request, response, body, { key, query, uploadId, objectPath, target, fault }) {
    const missing = { status: 404, code: 'NoSuchUpload', message: 'The specified upload does not exist.', more: {} };
    if (uploadId && !this.multiparts.has(uploadId)) return this.#refuse(response, missing);
    if (request.method === 'DELETE' && uploadId) {
      await this.#drop(uploadId);
      return response.writeHead(204).end();
    }
    const condition = request.headers['if-none-match'];
    if (condition && this.conditions === 'refused') {
      const message = 'A header you provided implies functionality that is not implemented';
      return this.#refuse(response, { status: 501, code: 'NotImplemented', message, more: { Header: 'If-None-Match' } });
    }
    if (condition && this.conditions === 'kept' && (await this.#forward('HEAD', objectPath)).status === 200) {
      const message = 'At least one of the pre-conditions you specified did not hold';
      return this.#refuse(response, { status: 412, code: 'PreconditionFailed', message, more: {} });
    }
    const { 'if-none-match': _, ...headers } = request.headers;
    const answer = await this.#forward(request.method, target, headers, body);
    if (answer.status === 200 && request.method === 'POST' && query.has('uploads')) {
      const id = /<UploadId>([^<]+)/.exec(answer.body)[1];
      this.multiparts.set(id, { key, initiated: new Date(), sizes: new Map(), parts: new Set() });
    }
    if (answer.status === 200 && request.method === 'PUT') await this.#written(key, body.length);
    if (answer.status === 200 && uploadId) {
      await this.#written(key, this.#sizeOf(uploadId, body));
      await this.#drop(uploadId);
    }
    if (answer.status === 200 && (request.method === 'PUT' || uploadId)) this.#date(key, request.headers['x-test-now']);
    this.#pass(answer, request, response, fault);
  }

  async #read(request, response, body, { query, uploadId, objectPath, target, fault }) {
    // s3rver shows an object while it is still being written.
    if (!uploadId) await Promise.all(query.size > 0 ? this.turns.values() : [this.turns.get(objectPath)]);
    if (query.has('uploads')) return this.#listMultiparts(response, query.get('prefix') ?? '');
    if (uploadId && !this.multiparts.has(uploadId)) {
      return this.#refuse(response, { status: 404, code: 'NoSuchUpload', message: 'No such upload', more: {} });
    }
    const wanted = request.headers['if-match'];
    if (wanted) {
      const now = await this.#forward('HEAD', objectPath);
      if (now.status === 200 && now.headers.etag !== wanted) {
        return this.#refuse(response, { status: 412, code: 'PreconditionFailed', message: 'changed', more: {} });
      }
    }
    if (uploadId) this.multiparts.get(uploadId).sizes.set(query.get('partNumber'), body.length);
    const { range, ...headers } = request.headers;
    // s3rver fails on the range of an empty object.
    if (range && (await this.#forward('HEAD', objectPath)).headers['content-length'] === '0') {
      response.writeHead(416, { 'content-range': 'bytes */0', 'content-length': 0 });
      return response.end();
    }
    if (range && !fault.whole) headers.range = range;
    const forwarded = this.#forward(request.method, target, headers, body);
    if (uploadId) this.multiparts.get(uploadId).parts.add(forwarded);
    const answer = await forwarded;
    if (query.get('encoding-type') === 'url' && answer.status === 200) {
      answer.body = Buffer.from(
        String(answer.body)
          .replace(
            /(<Key>|<CommonPrefixes><Prefix>)([^<]*)/g,
            (_, element, name) => `${element}${encodeURIComponent(unescapeXml(name)).replaceAll('%20', '+')}`,
          )
          .replace('<IsTruncated>', '<EncodingType>url</EncodingType><IsTruncated>'),
      );
      answer.headers['content-length'] = answer.body.length;
    }
    this.#pass(answer, request, response, fault);
  }

  #listMultiparts(response, prefix) {
    const found = [...this.multiparts].filter(([, { key }]) => key.startsWith(prefix));
    const uploads = found.map(([id, { key, initiated }]) => {
      return `<Upload>${elements({ Key: key, UploadId: id, Initiated: initiated.toISOString() })}</Upload>`;
    });
    response.writeHead(200, { 'content-type': 'application/xml' });
    response.end(xml('ListMultipartUploadsResult', elements({ IsTruncated: false }) + uploads.join('')));
  }

  // The bytes of all parts that a CompleteMultipartUpload document names.
  #sizeOf(uploadId, document) {
    const { sizes } = this.multiparts.get(uploadId);
    return [...String(document).matchAll(/<PartNumber>(\d+)</g)].reduce((sum, [, number]) => sum + sizes.get(number), 0);
  }

  // s3rver answers before its file is written.
  async #written(key, size) {
    for (const end = Date.now() + 10_000; fs.statSync(this.fileOf(key)).size !== size; ) {
      if (Date.now() > end) throw new Error(`s3rver does not write ${key}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  // The test's own time, where it tells it, is the object's.
  #date(key, time) {
    if (time) fs.utimesSync(this.fileOf(key), new Date(time), new Date(time));
  }

  // s3rver does not survive when the folder of a part goes while it writes it.
  async #drop(uploadId) {
    const { parts } = this.multiparts.get(uploadId);
    this.multiparts.delete(uploadId);
    await Promise.allSettled(parts);
    fs.rmSync(path.join(this.folder, bucket, '._S3rver_uploads', uploadId), { recursive: true, force: true });
  }

  // One request to s3rver: { status, headers, body }.
  #forward(method, target, headers = {}, body = undefined) {
    const passed = Object.fromEntries(
      Object.entries(headers).filter(([name]) => !['host', 'authorization', 'connection', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-security-token', 'if-match'].includes(name)),
    );
    return new Promise((resolve, reject) => {
      const request = http.request(
        { host: '127.0.0.1', port: this.storePort, agent: this.agent, method, path: target, headers: passed, timeout: 60_000 },
        (answer) => {
          const chunks = [];
          answer.on('data', (chunk) => chunks.push(chunk));
          answer.on('error', reject);
          answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks) }));
        },
      );
      request.on('error', reject);
      request.on('timeout', () => request.destroy(new Error('s3rver does not answer')));
      request.end(body);
    });
  }

  #pass(answer, request, response, fault) {
    if (fault.lost) return response.destroy();
    const { connection, 'transfer-encoding': _, 'keep-alive': __, ...headers } = answer.headers;
    const { body } = answer;
    if (request.method !== 'HEAD') headers['content-length'] = body.length;
    response.writeHead(answer.status, { ...headers, ...fault.lie });
    const cut = fault.stall ?? fault.truncate;
    if (cut === undefined) return response.end(request.method === 'HEAD' ? undefined : body);
    response.write(body.subarray(0, cut), () => {
      if (fault.truncate === undefined) return;
      const timer = setTimeout(() => response.destroy(), 20);
      this.timers.add(timer);
    });
  }

  // For test programs without access to this object: POST /_test/cut-short/NAME halves an object,
  // POST /_test/read-only/FOLDER lets nothing in a folder be changed.
  #serveTest(request, response) {
    const readOnly = /^\/_test\/read-only\/([\w-]+)$/.exec(request.url);
    if (readOnly) {
      this.fault(new RegExp(`^(PUT|POST|DELETE) /${bucket}/${readOnly[1]}/`), { status: 403, code: 'AccessDenied' });
      return response.writeHead(204).end();
    }
    const name = decodeURIComponent(request.url.slice('/_test/cut-short/'.length));
    const file = this.fileOf(name);
    fs.truncateSync(file, Math.floor(fs.statSync(file).size / 2));
    fs.rmSync(`${file}.md5`, { force: true });
    response.writeHead(204).end();
  }
}

function unescapeXml(text) {
  const names = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (_, hex, decimal, name) =>
    name ? names[name] : String.fromCodePoint(hex ? parseInt(hex, 16) : Number(decimal)),
  );
}
