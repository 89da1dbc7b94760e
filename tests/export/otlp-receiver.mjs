// A receiver of OTLP/HTTP that takes only what the specification allows: the message must be known to protobuf's own
// description of it, and the JSON must be as "JSON Protobuf Encoding" says.
import { createRequire } from 'node:module';
import http from 'node:http';

const { opentelemetry } = createRequire(import.meta.url)('@opentelemetry/otlp-transformer/build/src/generated/root');
const Request = opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;

class Refused extends Error {}
const refuse = (message) => { throw new Refused(message); };

const wholeNumbers = new Set(['startTimeUnixNano', 'endTimeUnixNano', 'timeUnixNano', 'intValue']);
const enums = new Set(['kind', 'code']);
const identifiers = { traceId: 32, spanId: 16, parentSpanId: 16 };

// Checks each member and returns the message as protobuf's own reader wants it.
function converted(value, where) {
  if (Array.isArray(value)) return value.map((item, i) => converted(item, `${where}[${i}]`));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => {
    const place = `${where}.${name}`;
    if (wholeNumbers.has(name) && !(typeof member === 'string' && /^-?\d+$/.test(member))) refuse(`${place}: 64-bit integers are text`);
    if (enums.has(name) && !Number.isInteger(member)) refuse(`${place}: enums are numbers`);
    if (name in identifiers) {
      const isId = typeof member === 'string' && member.length === identifiers[name] && /^[0-9a-f]+$/i.test(member) && !/^0+$/.test(member);
      if (!isId) refuse(`${place}: identifiers are ${identifiers[name]} hexadecimal digits`);
      return [name, Buffer.from(member, 'hex')];
    }
    return [name, converted(member, place)];
  }));
}

// What is not part of the message is lost when it is read.
function compare(sent, read, where) {
  if (Array.isArray(sent)) return sent.forEach((item, i) => compare(item, read?.[i], `${where}[${i}]`));
  if (sent === null || typeof sent !== 'object' || Buffer.isBuffer(sent)) return undefined;
  for (const [name, member] of Object.entries(sent)) {
    if (!(name in (read ?? {}))) refuse(`${where}.${name}: no such member`);
    compare(member, read[name], `${where}.${name}`);
  }
  return undefined;
}

function received(body) {
  let document;
  try {
    document = JSON.parse(body);
  } catch {
    refuse('no JSON');
  }
  const message = converted(document, '$');
  const wrong = Request.verify(Request.fromObject(message));
  if (wrong) refuse(wrong);
  const read = Request.toObject(Request.fromObject(message), { longs: String, arrays: true, objects: true });
  compare(message, read, '$');
  const spans = document.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  for (const span of spans) {
    if (BigInt(span.endTimeUnixNano) < BigInt(span.startTimeUnixNano)) refuse(`${span.name}: ends before it starts`);
  }
  return spans;
}

// Starts it. `answers` are given to the next requests instead of its own: { status, headers, body } or a function of
// (request, response). It keeps the spans that it took, and the headers of every request.
export async function startReceiver() {
  const receiver = { spans: [], requests: [], answers: [] };
  const server = http.createServer(async (request, response) => {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    receiver.requests.push({ method: request.method, url: request.url, headers: request.headers, at: Date.now() });
    const scripted = receiver.answers.shift();
    if (typeof scripted === 'function') return scripted(request, response);
    if (scripted) return response.writeHead(scripted.status, scripted.headers).end(scripted.body);
    if (request.method !== 'POST' || !request.url.startsWith('/v1/traces')) return response.writeHead(404).end('no such page');
    if (request.headers['content-type'] !== 'application/json') return response.writeHead(415).end();
    try {
      receiver.spans.push(...received(Buffer.concat(pieces).toString()));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return response.writeHead(400, { 'Content-Type': 'application/json' }).end(JSON.stringify({ code: 3, message: error.message }));
    }
    return response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"partialSuccess":{}}');
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  receiver.url = `http://127.0.0.1:${server.address().port}`;
  receiver.stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return receiver;
}
