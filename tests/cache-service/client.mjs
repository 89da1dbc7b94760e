// The real client of GitHub's cache in a process of its own. Arguments: save|restore, a folder, a key, restore keys...;
// prints what the client returns as JSON on its last line. Names that end in .blob.core.windows.net are this machine.
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

const [action, folder, key, ...restoreKeys] = process.argv.slice(2);
process.chdir(process.env.GITHUB_WORKSPACE);
const cache = await import("@actions/cache");
const result = action === "save" ? await cache.saveCache([folder], key) : await cache.restoreCache([folder], key, restoreKeys);
console.log(`\n${JSON.stringify({ result: result ?? null })}`);
