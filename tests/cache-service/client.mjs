// The real client of GitHub's cache in a process of its own. Arguments: save|restore, paths (one a line), a key, restore
// keys...; prints what the client returns as JSON on its last line. Names that end in .blob.core.windows.net are this
// machine.
import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";

const { lookup } = dns;
dns.lookup = (name, options, callback) => {
  if (!name.endsWith(".blob.core.windows.net")) return lookup(name, options, callback);
  const done = callback ?? options;
  const all = typeof options === "object" && options.all;
  return process.nextTick(() => (all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4)));
};
syncBuiltinESMExports();

const [action, lines, key, ...restoreKeys] = process.argv.slice(2);
process.chdir(process.env.GITHUB_WORKSPACE);
const cache = await import("@actions/cache");
const paths = lines.split("\n");
const began = process.hrtime.bigint();
const result = action === "save" ? await cache.saveCache(paths, key) : await cache.restoreCache(paths, key, restoreKeys);
const seconds = Number(process.hrtime.bigint() - began) / 1e9;
console.log(`\n${JSON.stringify({ result: result ?? null, seconds })}`);
