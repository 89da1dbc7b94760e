// bench.mjs BINARY [ROUNDS]: saving and restoring one tree, by GitHub's own client, by ours, and by tar and zstd
// alone, in turns. See `scripts/bench --help`.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import { request } from "node:http";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { measure } from "./measured.mjs";
import { makeSampleData } from "./sample-data.mjs";
import { removeTree } from "./tree.mjs";

const binary = path.resolve(process.argv[2]);
const rounds = Number(process.argv[3] ?? 3);
const client = new URL("client.mjs", import.meta.url).pathname;

const top = fs.mkdtempSync(path.join(fs.existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir(), "ci-optimizer-bench-"));
const from = path.join(top, "from"), to = path.join(top, "to"), store = path.join(top, "store"), file = path.join(top, "data.tar.zst");
const server = spawn(process.execPath, [new URL("main.mjs", import.meta.url).pathname], { stdio: ["pipe", "pipe", "inherit"] });

// Each time over a connection of its own: what is idle for long is closed.
async function control(wish) {
  const asked = request(`${service.url}control`, { method: "POST", agent: false, timeout: 10_000 });
  asked.on("timeout", () => asked.destroy(new Error("the server does not answer")));
  asked.end(JSON.stringify(wish));
  const [answer] = await once(asked, "response");
  const pieces = [];
  for await (const piece of answer) pieces.push(piece);
  return JSON.parse(Buffer.concat(pieces).toString());
}

const [line] = await once(createInterface(server.stdout), "line");
const service = JSON.parse(line);
const environment = (workspace) => ({
  PATH: process.env.PATH, HOME: top, RUNNER_TEMP: top, GITHUB_WORKSPACE: workspace, GITHUB_REF: "refs/heads/topic", GITHUB_RUN_ID: "1",
  GITHUB_SERVER_URL: "https://github.com", ACTIONS_RUNTIME_TOKEN: service.token, ACTIONS_RESULTS_URL: service.url, ACTIONS_CACHE_SERVICE_V2: "True",
});

async function theirs(action, workspace) {
  await control({ blobHost: "account.blob.core.windows.net" }); // where it uses several connections
  const cost = await measure([process.execPath, client, action, "data", "theirs"], { env: environment(workspace) });
  const { result, seconds } = JSON.parse(cost.out.trim().split("\n").at(-1));
  if (!result || result < 0) throw new Error(`their client: ${action}: ${cost.out}`);
  return { ...cost, seconds }; // without the start of Node
}

async function ours(action, workspace, place, format) {
  await control({ blobHost: "" });
  const argv = [binary, "cache", action, "--store", place, "--json", "--key", `ours-${format}`, "--path", "data"];
  if (format === "tar") argv.push("--format", "tar");
  const cost = await measure(argv, { env: environment(workspace), cwd: workspace });
  const { status, outcome, reason } = JSON.parse(cost.out);
  if (status !== "saved" && outcome !== "exact") throw new Error(`${argv.join(" ")}: ${status ?? outcome}: ${reason}`);
  return cost;
}

const shell = (text) => measure(["bash", "-c", `set -o pipefail; ${text}`]);

const ways = [
  { name: "actions/cache", save: () => theirs("save", from), restore: () => theirs("restore", to), key: "theirs" },
  { name: "ours, github:", save: () => ours("save", from, "github:", "native"), restore: () => ours("restore", to, "github:", "native"), key: "ours-native" },
  { name: "ours, github:, --format tar", save: () => ours("save", from, "github:", "tar"), restore: () => ours("restore", to, "github:", "tar"), key: "ours-tar" },
  { name: "ours, file:", save: () => ours("save", from, `file:${store}`, "file"), restore: () => ours("restore", to, `file:${store}`, "file") },
  { name: "tar and zstd -T0 -2, a file" /* the level that ours takes here */, save: () => shell(`tar --posix -cf - -C ${from} data | zstd -q -T0 -2 -f -o ${file}`), restore: () => shell(`zstd -dc ${file} | tar -xf - -C ${to}`) },
];

// Path, type, mode, time, size of everything; contents of about every fiftieth file.
function describe(folder) {
  const found = [];
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const name = path.join(entry.parentPath ?? entry.path, entry.name);
    const { mode, mtimeNs, size } = fs.lstatSync(name, { bigint: true });
    const told = [path.relative(folder, name), mode, mtimeNs, entry.isFile() ? size : 0];
    if (entry.isFile() && Number(size) % 50 === 0) told.push(createHash("sha256").update(fs.readFileSync(name)).digest("hex"));
    found.push(told.join(" "));
  }
  return found.sort().join("\n");
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

try {
  fs.mkdirSync(from);
  const { files, bytes } = makeSampleData(path.join(from, "data"));
  console.log(`${files} files, ${(bytes / 1e6).toFixed(0)} MB in ${path.dirname(top)}; ${os.cpus().length} cores, load ${os.loadavg()[0].toFixed(1)}; medians of ${rounds} rounds`);
  const wanted = describe(from);
  for (const way of ways) Object.assign(way, { saves: [], restores: [], saveMemory: 0, restoreMemory: 0 });
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < ways.length; turn++) {
      const way = ways[(turn + round) % ways.length];
      await control({ clearLog: true });
      const saved = await way.save();
      way.saves.push(saved.seconds);
      way.saveMemory = Math.max(way.saveMemory, saved.megabytes);
      const { log, entries } = await control({});
      const first = log.find(({ call }) => call === "putBlob" || call === "putBlock");
      if (first) way.first = Math.max(way.first ?? 0, first.at - saved.began);
      if (way.key) way.bytes = entries.find(({ key }) => key === way.key).bytes;
      fs.mkdirSync(to);
      const restored = await way.restore();
      way.restores.push(restored.seconds);
      way.restoreMemory = Math.max(way.restoreMemory, restored.megabytes);
      if (describe(to) !== wanted) throw new Error(`${way.name}: the restored tree is another one`);
      removeTree(to);
      if (!way.key) way.bytes = way.name.startsWith("tar") ? fs.statSync(file).size : sizeOfFiles(store);
      await control({ removeAll: true });
      fs.rmSync(store, { recursive: true, force: true });
    }
  }
  print();
} finally {
  server.stdin.end();
  removeTree(top);
}

function sizeOfFiles(folder) {
  return fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + fs.statSync(path.join(entry.parentPath ?? entry.path, entry.name)).size, 0);
}

function print() {
  const [their, github, tarMode, local, plain] = ways.map((way) => ({ ...way, save: median(way.saves), restore: median(way.restores) }));
  console.log(`${"".padEnd(30)}   save  memory  1st byte  archive    restore  memory`);
  for (const way of [their, github, tarMode, local, plain]) {
    const isOurs = way.name.startsWith("ours");
    const memory = (megabytes) => (isOurs ? `${megabytes.toFixed(0)} MB` : "").padStart(7);
    console.log(`${way.name.padEnd(30)} ${way.save.toFixed(2)} s ${memory(way.saveMemory)} ${(way.first === undefined ? "" : `${way.first} ms`).padStart(9)} ${(way.bytes / 1e6).toFixed(1).padStart(8)} MB  ${way.restore.toFixed(2)} s ${memory(way.restoreMemory)}`);
  }
  const figures = [
    ["restore, github:, faster than the client", their.restore / github.restore, ">=", 1.6],
    ["save, github:, faster than the client", their.save / github.save, ">=", 1.5],
    ["restore, github:, to zstd -dc | tar -x", github.restore / plain.restore, "<=", 0.9],
    ["save, github:, to tar | zstd -T0", github.save / plain.save, "<=", 1.1],
    ["restore, file:, to zstd -dc | tar -x", local.restore / plain.restore],
    ["save, file:, to tar | zstd -T0", local.save / plain.save],
    ["restore, --format tar, faster than the client", their.restore / tarMode.restore],
    ["save, --format tar, faster than the client", their.save / tarMode.save],
    ["archive to the client's", github.bytes / their.bytes, "<=", 1.15],
    ["archive, --format tar, to the client's", tarMode.bytes / their.bytes, "<=", 1.15],
    ["peak memory in MB", Math.max(...[github, tarMode, local].flatMap((way) => [way.saveMemory, way.restoreMemory])), "<", 256],
    ["first byte in ms", github.first, "<=", 200],
  ];
  for (const [name, value, relation, limit] of figures) {
    const isMet = relation === ">=" ? value >= limit : value <= limit;
    console.log(`${name.padEnd(46)} ${value.toFixed(2).padStart(7)}${relation ? `  wanted ${relation} ${limit}: ${isMet ? "met" : "MISSED"}` : ""}`);
  }
}
