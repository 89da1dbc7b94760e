// What the cache service of GitHub Actions keeps, in memory: entries and reservations, by key, version and scope.
import { randomUUID } from "node:crypto";

const READ = 1;
const WRITE = 2;

// The claim `ac` of a runtime token: which scopes it opens, first the job's own.
export function scopesOf(token) {
  try {
    const claims = JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());
    return JSON.parse(claims.ac).map(({ Scope, Permission }) => ({
      name: Scope, read: (Permission & READ) !== 0, write: (Permission & WRITE) !== 0,
    }));
  } catch {
    return undefined;
  }
}

// A runtime token with these scopes, [name, permission] each; nobody checks its signature.
export function makeToken(scopes) {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const ac = JSON.stringify(scopes.map(([Scope, Permission]) => ({ Scope, Permission })));
  return `${encode({ alg: "none" })}.${encode({ ac, nonce: randomUUID() })}.c2ln`;
}

export class Entries {
  #entries = [];
  #nextId = 1;

  // Sets a key aside. Undefined when it is taken, with or without an entry.
  reserve(key, version, scope) {
    if (this.#entries.some((entry) => entry.key === key && entry.version === version && entry.scope === scope)) return undefined;
    const entry = { id: this.#nextId++, key, version, scope, committed: false, parts: new Map(), data: undefined };
    this.#entries.push(entry);
    return entry;
  }

  byId(id) {
    return this.#entries.find((entry) => entry.id === Number(id));
  }

  reservation(key, version, scopes) {
    return this.#entries.find((entry) => entry.key === key && entry.version === version &&
      scopes.some((scope) => scope.write && scope.name === entry.scope));
  }

  commit(entry, created) {
    entry.committed = true;
    entry.parts.clear();
    entry.created = created;
    entry.used = created;
  }

  remove(id) {
    this.#entries = this.#entries.filter((entry) => entry.id !== Number(id));
  }

  all() {
    return this.#entries.filter((entry) => entry.committed);
  }

  // Scope by scope; in each the first key itself, then as a prefix, then every other key in the same way; of several the
  // newest. (docs.github.com, "Cache key matching")
  find(keys, version, scopes) {
    const newest = (list) => list.sort((a, b) => b.created - a.created || b.id - a.id)[0];
    for (const scope of scopes.filter(({ read }) => read)) {
      const here = this.all().filter((entry) => entry.scope === scope.name && entry.version === version);
      for (const key of keys) {
        const found = here.find((entry) => entry.key === key) ?? newest(here.filter((entry) => entry.key.startsWith(key)));
        if (found) return found;
      }
    }
    return undefined;
  }
}
