// Azure block blobs behind signed URLs, as far as clients of the cache use them: Put Blob, Put Block, Put Block List,
// Get Blob with ranges, Get Blob Properties (learn.microsoft.com/rest/api/storageservices).
import { reset } from "./faults.mjs";

const xml = (code) => `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code></Error>`;

function fail(answer, status, code, headers = {}) {
  answer.writeHead(status, { "content-type": "application/xml", "x-ms-error-code": code, ...headers }).end(xml(code));
}

export function signedUrl(origin, entry, right, lifetime) {
  return `${origin}/blob/${entry.id}?sv=2024-11-04&se=${Date.now() + lifetime}&sp=${right}&sig=c2VjcmV0LXNpZ25hdHVyZQ%3D%3D`;
}

// Whether the URL opens the blob for this right; answers when it does not.
export function checkSignature(query, right, answer) {
  if (query.get("sig") && query.get("sp") === right && Number(query.get("se")) > Date.now()) return true;
  fail(answer, 403, "AuthenticationFailed");
  return false;
}

export function putBlob(entry, asked, query, body, answer) {
  const created = () => answer.writeHead(201, { "content-length": 0 }).end();
  if (entry.committed) return fail(answer, 403, "AuthorizationPermissionMismatch");
  if (query.get("comp") === "block") {
    const id = query.get("blockid") ?? "";
    const known = [...entry.parts.keys()][0];
    if (id === "" || Buffer.from(id, "base64").toString("base64") !== id) return fail(answer, 400, "InvalidQueryParameterValue");
    if (known !== undefined && known.length !== id.length) return fail(answer, 400, "InvalidBlobOrBlock");
    if (body.length === 0) return fail(answer, 400, "InvalidHeaderValue");
    entry.parts.set(id, body);
    return created();
  }
  if (query.get("comp") === "blocklist") {
    const ids = [...body.toString().matchAll(/<(?:Latest|Uncommitted)>([^<]*)</g)].map((match) => match[1]);
    if (ids.some((id) => !entry.parts.has(id))) return fail(answer, 400, "InvalidBlockList");
    entry.data = Buffer.concat(ids.map((id) => entry.parts.get(id))); // the same list may come again
    return created();
  }
  if (asked.headers["x-ms-blob-type"] !== "BlockBlob") return fail(answer, 400, "MissingRequiredHeader");
  entry.data = body;
  return created();
}

function requestedRange(asked, length, fault) {
  const text = asked.headers["x-ms-range"] ?? asked.headers.range;
  const match = /^bytes=(\d+)-(\d*)$/.exec(text ?? "");
  if (!match || fault?.ignoreRange) return undefined;
  const first = Number(match[1]) + (fault?.shift ?? 0);
  return { first, last: Math.min(match[2] === "" ? Infinity : Number(match[2]) + (fault?.shift ?? 0), length - 1) };
}

// Sends `body` as the fault wants it.
function sendBody(answer, body, fault) {
  if (fault?.flip && body.length > 0) {
    body = Buffer.from(body);
    body[body.length >> 1] ^= 1;
  }
  if (fault?.cut !== undefined) return answer.write(body.subarray(0, fault.cut), () => reset(answer.socket));
  if (fault?.halt !== undefined) return answer.write(body.subarray(0, fault.halt));
  if (fault?.trickle !== undefined) {
    let at = 0;
    const timer = setInterval(() => answer.write(body.subarray(at, ++at)), fault.trickle);
    return answer.on("close", () => clearInterval(timer));
  }
  return answer.end(body);
}

export function getBlob(entry, asked, answer, fault) {
  const data = entry.data;
  const length = entry.claimed ?? data.length;
  const etag = `"0x${entry.id.toString(16).toUpperCase()}"`;
  const headers = {
    "content-type": "application/octet-stream", etag, "last-modified": new Date(entry.created).toUTCString(), "accept-ranges": "bytes",
  };
  if (asked.headers["if-match"] && asked.headers["if-match"] !== etag) return fail(answer, 412, "ConditionNotMet");
  const range = requestedRange(asked, length, fault);
  if (range && range.first >= length) {
    return fail(answer, 416, "InvalidRange", { "content-range": `bytes */${length}` });
  }
  const first = range?.first ?? 0;
  const last = range?.last ?? length - 1;
  const shown = fault?.total ?? length;
  if (range) headers["content-range"] = `bytes ${first}-${last}/${shown}`;
  answer.writeHead(range ? 206 : 200, { ...headers, "content-length": fault?.total && !range ? shown : last + 1 - first });
  if (asked.method === "HEAD") return answer.end();
  const lost = last + 1 > data.length; // what is missing of the blob breaks the answer off
  return sendBody(answer, data.subarray(first, last + 1), lost ? { cut: Math.max(0, data.length - first) } : fault);
}
