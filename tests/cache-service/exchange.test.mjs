// Entries that GitHub's own client and `ci-optimizer cache --format tar` exchange, both ways, through both protocols.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { promisify } from "node:util";
import { makeToken } from "./entries.mjs";
import { CacheService } from "./service.mjs";
import { describeTree, giveAway, makeTree, removeTree } from "./tree.mjs";

const run = promisify(execFile);
const client = new URL("client.mjs", import.meta.url).pathname;
const binary = path.resolve(process.env.CI_OPTIMIZER ?? new URL("../../build/dev/src/ci-optimizer", import.meta.url).pathname);
if (!fs.existsSync(binary)) throw new Error(`no binary at ${binary}: build the dev preset first`);

const paths = ["data", "~/.cache/tool"];

// A folder of programs that has everything of PATH but zstd.
function pathWithoutZstd(folder) {
  for (const place of process.env.PATH.split(":").filter((each) => fs.existsSync(each))) {
    for (const name of fs.readdirSync(place)) {
      const link = path.join(folder, name);
      if (!/zstd/.test(name) && !fs.existsSync(link)) fs.symlinkSync(path.join(place, name), link);
    }
  }
  return folder;
}

for (const [protocol, compression] of [["v2", "zstd"], ["v2 as on Azure", "zstd"], ["v1", "zstd"], ["v2", "gzip"]]) {
  describe(`${protocol}, ${compression}`, () => {
    let service, top, workspace, home, programs;

    before(async () => {
      service = await CacheService.start();
      if (protocol === "v2 as on Azure") service.blobHost = "account.blob.core.windows.net";
      top = fs.mkdtempSync(path.join(os.tmpdir(), "ci-optimizer-exchange-"));
      workspace = path.join(top, "home", "work", "repo");
      home = path.join(top, "home");
      programs = process.env.PATH;
      if (compression === "gzip") {
        fs.mkdirSync(path.join(top, "bin"));
        programs = pathWithoutZstd(path.join(top, "bin"));
      }
    });
    after(() => {
      service.stop();
      removeTree(top);
    });
    beforeEach(() => {
      removeTree(home);
      fs.mkdirSync(workspace, { recursive: true });
    });

    const environment = () => ({
      PATH: programs, HOME: home, RUNNER_TEMP: top, GITHUB_WORKSPACE: workspace, GITHUB_REF: "refs/heads/topic",
      GITHUB_RUN_ID: "1", GITHUB_RUN_ATTEMPT: "1", ACTIONS_RUNTIME_TOKEN: makeToken([["refs/heads/topic", 3]]),
      GITHUB_SERVER_URL: protocol === "v1" ? "https://github.example.org" : "https://github.com",
      ...(protocol === "v1" ? { ACTIONS_CACHE_URL: service.url } : { ACTIONS_RESULTS_URL: service.url, ACTIONS_CACHE_SERVICE_V2: "True" }),
    });

    async function theirs(action, key) {
      const { stdout } = await run(process.execPath, [client, action, paths.join("\n"), key], { env: environment(), timeout: 60_000, maxBuffer: 1 << 24 });
      return { output: stdout, result: JSON.parse(stdout.trim().split("\n").at(-1)).result };
    }

    async function ours(action, key) {
      const args = ["cache", action, "--store", "github:", "--format", "tar", "--json", "--key", key, ...paths.flatMap((each) => ["--path", each])];
      const { stdout } = await run(binary, args, { env: environment(), cwd: workspace, timeout: 60_000, maxBuffer: 1 << 24 });
      return JSON.parse(stdout);
    }

    const trees = () => [path.join(workspace, "data"), path.join(home, ".cache/tool")];
    const describeTrees = () => trees().map(describeTree);
    function makeTrees() {
      trees().forEach(makeTree);
      trees().forEach(giveAway);
      return describeTrees();
    }

    // Azure's host is only known to their client: ours reaches the blobs at the service's own address.
    const oursReachesBlobs = () => (protocol === "v2 as on Azure" ? (service.blobHost = undefined) : undefined);
    const theirsReachesBlobs = () => (protocol === "v2 as on Azure" ? (service.blobHost = "account.blob.core.windows.net") : undefined);

    test("what their client saves, we restore", async () => {
      const made = makeTrees();
      theirsReachesBlobs();
      const saved = await theirs("save", "theirs");
      assert.ok(saved.result > 0, saved.output);
      trees().forEach(removeTree);
      oursReachesBlobs();
      const restored = await ours("restore", "theirs");
      assert.equal(restored.outcome, "exact", JSON.stringify(restored));
      assert.deepEqual(describeTrees(), made);
      // A second time onto what is there, folders without write permission too.
      fs.writeFileSync(path.join(workspace, "data", "a file"), "changed");
      assert.equal((await ours("restore", "theirs")).outcome, "exact");
      assert.equal(fs.readFileSync(path.join(workspace, "data", "a file"), "utf8"), "contents\n");
      assert.deepEqual(describeTrees(), made);
    });

    test("a file with names below two of the paths is one file again", async () => {
      makeTrees();
      const [first, second] = [path.join(workspace, "data", "program"), path.join(home, ".cache/tool", "linked")];
      fs.linkSync(first, second);
      theirsReachesBlobs();
      const saved = await theirs("save", "linked");
      assert.ok(saved.result > 0, saved.output);
      trees().forEach(removeTree);
      oursReachesBlobs();
      const restored = await ours("restore", "linked");
      assert.equal(restored.outcome, "exact", JSON.stringify(restored));
      assert.equal(fs.statSync(second).ino, fs.statSync(first).ino);
    });

    test("what we save, their client restores", async () => {
      const made = makeTrees();
      oursReachesBlobs();
      const saved = await ours("save", "ours");
      assert.equal(saved.status, "saved", JSON.stringify(saved));
      trees().forEach(removeTree);
      theirsReachesBlobs();
      const restored = await theirs("restore", "ours");
      assert.equal(restored.result, "ours", restored.output);
      assert.deepEqual(describeTrees(), made);
    });

    test("either is told that the other has saved a key", async () => {
      makeTrees();
      oursReachesBlobs();
      assert.equal((await ours("save", "theirs")).status, "already there");
      theirsReachesBlobs();
      const again = await theirs("save", "ours");
      assert.equal(again.result, -1, again.output);
    });

    test("a damaged entry is a miss, changes nothing and stays theirs", async () => {
      makeTrees();
      oursReachesBlobs();
      assert.equal((await ours("save", "damaged")).status, "saved");
      for (const entry of service.entries.all().filter(({ key }) => key === "damaged")) entry.data[entry.data.length >> 1] ^= 0x55;
      trees().forEach(removeTree);
      fs.mkdirSync(path.join(workspace, "data"));
      fs.writeFileSync(path.join(workspace, "data", "a file"), "mine");
      const restored = await ours("restore", "damaged");
      assert.equal(restored.outcome, "miss");
      assert.match(restored.reason, /damaged/);
      assert.deepEqual(fs.readdirSync(path.join(workspace, "data")), ["a file"]);
      assert.equal(fs.readFileSync(path.join(workspace, "data", "a file"), "utf8"), "mine");
      assert.ok(!fs.existsSync(path.join(home, ".cache/tool")));
      assert.ok(service.entries.all().some(({ key }) => key === "damaged"));
    });
  });
}
