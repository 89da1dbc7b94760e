// A server with the semantics of GitHub's cache service: Twirp (v2) with signed URLs, v1, and the REST calls that list
// and remove. Its calls have names, for faults and for the log of what was asked:
//   lookup reserve finalize · putBlob putBlock putBlockList getBlob headBlob · v1Lookup v1Reserve v1Patch v1Commit
//   v1Download · restList restDelete restUsage
import { once } from "node:events";
import { createServer } from "node:http";
import { checkSignature, getBlob, putBlob, signedUrl } from "./blobs.mjs";
import { Entries, scopesOf } from "./entries.mjs";
import { Faults, reset } from "./faults.mjs";

const twirp = "/twirp/github.actions.results.api.v1.CacheService/";
const v1 = "/_apis/artifactcache/";

function json(answer, status, body, headers = {}) {
  answer.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

const twirpCodes = { 400: "invalid_argument", 401: "unauthenticated", 403: "permission_denied", 404: "not_found", 409: "already_exists" };
const twirpError = (answer, status, msg) => json(answer, status, { code: twirpCodes[status], msg });

async function bodyOf(asked) {
  const pieces = [];
  for await (const piece of asked) pieces.push(piece);
  return Buffer.concat(pieces);
}

export class CacheService {
  #server;
  #entries = new Entries();
  #faults = new Faults();
  #sockets = new Set();

  log = []; // { call, range?, at } of every request, in order
  lifetime = 60_000; // of signed URLs, in milliseconds
  blobHost = undefined; // the host in signed URLs, when it is another than the service's
  restToken = "rest-token";
  otherBytes = 0; // that the repository's caches take besides what is here

  static async start(port = 0) {
    const service = new CacheService();
    service.#server = createServer({ requestTimeout: 0 }, (asked, answer) => {
      service.#serve(asked, answer).catch((error) => {
        service.log.push({ call: "error", message: String(error.stack) });
        answer.socket?.destroy();
      });
    }).listen(port, "127.0.0.1");
    service.#server.on("connection", (socket) => {
      service.#sockets.add(socket);
      socket.on("close", () => service.#sockets.delete(socket));
    });
    await once(service.#server, "listening");
    return service;
  }

  stop() {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  get port() { return this.#server.address().port; }
  get url() { return `http://127.0.0.1:${this.port}/`; }
  get entries() { return this.#entries; }
  get blobOrigin() { return this.blobHost ? `http://${this.blobHost}:${this.port}` : `http://127.0.0.1:${this.port}`; }
  setFaults(...faults) { this.#faults.set(faults); }
  count(call) { return this.log.filter((entry) => entry.call === call).length; }

  // Drops the second half of an entry's blob, of which the service goes on to tell the whole length.
  cutShort(key) {
    for (const entry of this.#entries.all().filter((each) => each.key === key)) {
      entry.claimed = entry.data.length;
      entry.data = entry.data.subarray(0, entry.data.length >> 1);
    }
  }

  static #callOf(method, path, query) {
    if (path.startsWith(twirp)) {
      return { GetCacheEntryDownloadURL: "lookup", CreateCacheEntry: "reserve", FinalizeCacheEntryUpload: "finalize" }[path.slice(twirp.length)];
    }
    if (path.startsWith("/blob/")) {
      if (method === "PUT") return { block: "putBlock", blocklist: "putBlockList" }[query.get("comp")] ?? "putBlob";
      return { GET: "getBlob", HEAD: "headBlob" }[method];
    }
    if (path === `${v1}cache`) return "v1Lookup";
    if (path === `${v1}caches` && method === "POST") return "v1Reserve";
    if (path.startsWith(`${v1}caches/`)) return { PATCH: "v1Patch", POST: "v1Commit" }[method];
    if (path.startsWith("/v1-download/")) return "getBlob";
    if (/^\/repos\/[^/]+\/[^/]+\/actions\/cache\/usage$/.test(path)) return "restUsage";
    if (/^\/repos\/[^/]+\/[^/]+\/actions\/caches/.test(path)) return { GET: "restList", DELETE: "restDelete" }[method];
    return undefined;
  }

  async #serve(asked, answer) {
    const url = new URL(asked.url, "http://service");
    const call = CacheService.#callOf(asked.method, url.pathname, url.searchParams);
    if (url.pathname === "/control") return this.#control(asked, answer);
    const fault = this.#faults.next(call);
    this.log.push({ call, range: asked.headers.range ?? asked.headers["x-ms-range"], at: Date.now() });
    if (fault?.reset) return reset(asked.socket);
    const body = await bodyOf(asked);
    if (fault?.stall) return undefined;
    if (fault?.delay) await new Promise((resolve) => setTimeout(resolve, fault.delay));
    if (fault?.status) return answer.writeHead(fault.status, fault.headers ?? {}).end(fault.body ?? "");
    if (fault?.swallow) answer.end = () => reset(asked.socket);
    // The tests' clock, where a test has one.
    const now = asked.headers["x-test-now"] ? Date.parse(asked.headers["x-test-now"]) : Date.now();
    if (url.pathname.startsWith("/blob/")) return this.#serveBlob(asked, url, body, answer, fault);
    if (url.pathname.startsWith("/v1-download/")) return this.#serveV1Download(asked, url, answer, fault);
    if (url.pathname.startsWith("/repos/")) return this.#serveRest(call, asked, url, answer);
    const scopes = scopesOf((asked.headers.authorization ?? "").replace(/^Bearer /, ""));
    if (!scopes) return twirpError(answer, 401, "invalid token");
    if (url.pathname.startsWith(v1)) return this.#serveV1(call, asked, url, body, scopes, now, answer);
    if (asked.method !== "POST" || !call) return twirpError(answer, 404, "bad route");
    if (!/^application\/json/.test(asked.headers["content-type"] ?? "")) return twirpError(answer, 400, "bad content type");
    return this.#serveTwirp(call, JSON.parse(body.toString()), scopes, now, answer);
  }

  #serveTwirp(call, message, scopes, now, answer) {
    const { key, version } = message;
    const camel = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
    const given = (name) => message[name] ?? message[camel(name)];
    if (typeof key !== "string" || key === "" || key.length > 512 || key.includes(",")) return twirpError(answer, 400, "invalid key");
    if (!/^[0-9a-f]{64}$/.test(version)) return twirpError(answer, 400, "invalid version");
    if (call === "lookup") {
      const keys = [key, ...(given("restore_keys") ?? [])];
      if (keys.length > 10 || keys.includes("")) return twirpError(answer, 400, "invalid restore keys");
      if (!scopes.some((scope) => scope.read)) return twirpError(answer, 403, "cache read denied: token has no readable scopes");
      const found = this.#entries.find(keys, version, scopes);
      if (!found) return json(answer, 200, { ok: false });
      found.used = now;
      return json(answer, 200, { ok: true, signed_download_url: signedUrl(this.blobOrigin, found, "r", this.lifetime), matched_key: found.key });
    }
    const scope = scopes.find(({ write }) => write);
    if (!scope) return json(answer, 200, { ok: false, message: "cache write denied: token has no writable scopes" });
    if (call === "reserve") {
      const entry = this.#entries.reserve(key, version, scope.name);
      if (!entry) return twirpError(answer, 409, "cache entry with the same key, version, and scope already exists");
      return json(answer, 200, { ok: true, signed_upload_url: signedUrl(this.blobOrigin, entry, "w", this.lifetime) });
    }
    const entry = this.#entries.reservation(key, version, scopes);
    if (!entry?.data) return twirpError(answer, 404, "cache entry not found");
    if (String(entry.data.length) !== given("size_bytes")) return json(answer, 200, { ok: false, message: "size mismatch" });
    if (!entry.committed) this.#entries.commit(entry, now);
    return json(answer, 200, { ok: true, entry_id: String(entry.id) });
  }

  #serveBlob(asked, url, body, answer, fault) {
    const entry = this.#entries.byId(url.pathname.slice("/blob/".length));
    const writing = asked.method === "PUT";
    if (!checkSignature(url.searchParams, writing ? "w" : "r", answer)) return undefined;
    if (!entry || (!writing && !entry.data)) return answer.writeHead(404).end();
    if (writing) return putBlob(entry, asked, url.searchParams, body, answer);
    return getBlob(entry, asked, answer, fault);
  }

  #serveV1(call, asked, url, body, scopes, now, answer) {
    const message = body.length > 0 && call !== "v1Patch" ? JSON.parse(body.toString()) : {};
    if (call === "v1Lookup") {
      const keys = url.searchParams.get("keys").split(",");
      const found = this.#entries.find(keys, url.searchParams.get("version"), scopes);
      if (!found) return answer.writeHead(204).end();
      return json(answer, 200, {
        cacheKey: found.key, scope: found.scope, cacheVersion: found.version, creationTime: new Date(found.created).toISOString(),
        archiveLocation: `http://127.0.0.1:${this.port}/v1-download/${found.id}?sig=c2VjcmV0`,
      });
    }
    const scope = scopes.find(({ write }) => write);
    if (!scope) return json(answer, 403, { message: "cache write denied: token has no writable scopes" });
    if (call === "v1Reserve") {
      const entry = this.#entries.reserve(message.key, message.version, scope.name);
      if (!entry) return json(answer, 409, { message: `Cache already exists. Scope: ${scope.name}, Key: ${message.key}` });
      return json(answer, 201, { cacheId: entry.id });
    }
    const entry = this.#entries.byId(url.pathname.split("/").at(-1));
    if (!entry || entry.committed) return json(answer, 404, { message: "no such reservation" });
    if (call === "v1Patch") {
      const range = /^bytes (\d+)-(\d+)\/\*$/.exec(asked.headers["content-range"] ?? "");
      if (!range || Number(range[2]) - Number(range[1]) + 1 !== body.length) return json(answer, 400, { message: "bad range" });
      entry.parts.set(Number(range[1]), body);
      return answer.writeHead(204).end();
    }
    let size = 0;
    const parts = [...entry.parts].sort(([a], [b]) => a - b);
    for (const [offset, part] of parts) {
      if (offset !== size) return json(answer, 400, { message: `bytes are missing at ${size}` });
      size += part.length;
    }
    if (size !== message.size) return json(answer, 400, { message: `size is ${size}, not ${message.size}` });
    entry.data = Buffer.concat(parts.map(([, part]) => part));
    this.#entries.commit(entry, now);
    return answer.writeHead(204).end();
  }

  #serveV1Download(asked, url, answer, fault) {
    const entry = this.#entries.byId(url.pathname.slice("/v1-download/".length));
    if (!entry?.data || !url.searchParams.get("sig")) return answer.writeHead(404).end();
    return getBlob(entry, asked, answer, fault);
  }

  #serveRest(call, asked, url, answer) {
    if (asked.headers.authorization !== `Bearer ${this.restToken}`) {
      return json(answer, 403, { message: "Resource not accessible by integration" });
    }
    if (call === "restDelete") {
      const id = url.pathname.split("/").at(-1);
      if (!this.#entries.byId(id)) return json(answer, 404, { message: "Not Found" });
      this.#entries.remove(id);
      return answer.writeHead(204).end();
    }
    if (call === "restUsage") {
      const all = this.#entries.all();
      const bytes = all.reduce((sum, entry) => sum + entry.data.length, this.otherBytes);
      return json(answer, 200, { full_name: "o/r", active_caches_size_in_bytes: bytes, active_caches_count: all.length });
    }
    const prefix = url.searchParams.get("key") ?? "";
    const page = Number(url.searchParams.get("page") ?? 1);
    const size = Number(url.searchParams.get("per_page") ?? 30);
    const found = this.#entries.all().filter((entry) => entry.key.startsWith(prefix)).sort((a, b) => b.created - a.created || b.id - a.id);
    return json(answer, 200, {
      total_count: found.length,
      actions_caches: found.slice((page - 1) * size, page * size).map((entry) => ({
        id: entry.id, ref: entry.scope, key: entry.key, version: entry.version, size_in_bytes: entry.data.length,
        created_at: new Date(entry.created).toISOString(), last_accessed_at: new Date(entry.used).toISOString(),
      })),
    });
  }

  // For tests in other languages: what the functions above do, over HTTP.
  async #control(asked, answer) {
    const wish = JSON.parse((await bodyOf(asked)).toString() || "{}");
    if (wish.faults) this.setFaults(...wish.faults);
    if (wish.cutShort !== undefined) this.cutShort(wish.cutShort);
    if (wish.lifetime !== undefined) this.lifetime = wish.lifetime;
    if (wish.blobHost !== undefined) this.blobHost = wish.blobHost;
    if (wish.removeAll) for (const { id } of this.#entries.all()) this.#entries.remove(id);
    if (wish.clearLog) this.log = [];
    const entries = this.#entries.all().map(({ key, data }) => ({ key, bytes: data.length }));
    return json(answer, 200, { log: this.log, entries });
  }
}
