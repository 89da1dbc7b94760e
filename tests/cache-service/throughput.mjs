// throughput.mjs STORE_BENCH [MEGABYTES]: how fast the `github:` store saves and restores over the loopback interface,
// beside curl with one connection to the same server. Prints a table: seconds, MB/s, peak memory.
import { execFile, spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

const run = promisify(execFile);
const [bench, megabytes = "500"] = process.argv.slice(2);
if (!bench) {
  console.error("usage: node throughput.mjs STORE_BENCH [MEGABYTES]");
  process.exit(64);
}
const server = spawn(process.execPath, [new URL("main.mjs", import.meta.url).pathname], { stdio: ["pipe", "pipe", "inherit"] });
const [line] = await new Promise((resolve) => createInterface(server.stdout).once("line", (text) => resolve([text])));
const { url, token } = JSON.parse(line);
const folder = fs.mkdtempSync(path.join(fs.existsSync("/dev/shm") ? "/dev/shm" : os.tmpdir(), "ci-optimizer-throughput-"));
const env = { PATH: process.env.PATH, ACTIONS_RUNTIME_TOKEN: token, ACTIONS_RESULTS_URL: url, GITHUB_RUN_ID: "1" };

async function twirp(method, body) {
  const answer = await fetch(`${url}twirp/github.actions.results.api.v1.CacheService/${method}`, {
    method: "POST", headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ version: "0".repeat(64), ...body }),
  });
  return answer.json();
}

const show = (name, seconds, peak) =>
  console.log(`${name.padEnd(28)} ${seconds.toFixed(2).padStart(6)} s ${(megabytes / seconds).toFixed(0).padStart(6)} MB/s${peak ? ` ${peak.toFixed(0).padStart(5)} MB` : ""}`);

try {
  const archive = path.join(folder, "archive");
  const piece = Buffer.alloc(1_000_000, "x");
  const file = fs.openSync(archive, "w");
  for (let i = 0; i < Number(megabytes); i++) fs.writeSync(file, piece);
  for (let round = 0; round < 3; round++) {
    const curl = async (name, ...args) => {
      const { stdout } = await run("curl", ["-sSf", "-w", "%{time_total}", "-o", "/dev/shm/ci-optimizer-curl", ...args]);
      show(name, Number(stdout));
    };
    const saved = JSON.parse((await run(bench, ["github:", "save", `key-${round}`, megabytes], { env })).stdout);
    show("github: save", saved.seconds, saved.peak_megabytes);
    const { signed_upload_url: upload } = await twirp("CreateCacheEntry", { key: `curl-${round}` });
    await curl("curl -T (one connection)", "-T", archive, "-H", "x-ms-blob-type: BlockBlob", upload);
    const restored = JSON.parse((await run(bench, ["github:", "load", `key-${round}`], { env })).stdout);
    show("github: restore", restored.seconds, restored.peak_megabytes);
    await twirp("FinalizeCacheEntryUpload", { key: `curl-${round}`, size_bytes: String(Number(megabytes) * 1e6) });
    const { signed_download_url: download } = await twirp("GetCacheEntryDownloadURL", { key: `curl-${round}` });
    await curl("curl (one connection)", download);
  }
} finally {
  server.stdin.end();
  fs.rmSync(folder, { recursive: true });
  fs.rmSync("/dev/shm/ci-optimizer-curl", { force: true });
}
