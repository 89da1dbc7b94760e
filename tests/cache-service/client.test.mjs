// GitHub's own client against the server: what it saves it gets back, so that the server is one to test against.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { makeToken } from "./entries.mjs";
import { CacheService } from "./service.mjs";

const run = promisify(execFile);
const client = new URL("client.mjs", import.meta.url).pathname;

for (const protocol of ["v2", "v2 as on Azure", "v1"]) {
  describe(`the real client, ${protocol}`, () => {
    let service, workspace;

    before(async () => {
      service = await CacheService.start();
      if (protocol === "v2 as on Azure") service.blobHost = "account.blob.core.windows.net";
      workspace = fs.mkdtempSync(path.join(os.tmpdir(), "ci-optimizer-client-"));
    });
    after(() => {
      service.stop();
      fs.rmSync(workspace, { recursive: true });
    });

    async function ask(action, key, { restoreKeys = [], scopes = [["refs/heads/topic", 3], ["refs/heads/main", 1]] } = {}) {
      const env = {
        PATH: process.env.PATH, HOME: workspace, RUNNER_TEMP: workspace, GITHUB_WORKSPACE: workspace, GITHUB_REF: "refs/heads/topic",
        ACTIONS_RUNTIME_TOKEN: makeToken(scopes), GITHUB_SERVER_URL: protocol === "v1" ? "https://github.example.org" : "https://github.com",
        ...(protocol === "v1" ? { ACTIONS_CACHE_URL: service.url } : { ACTIONS_RESULTS_URL: service.url, ACTIONS_CACHE_SERVICE_V2: "True" }),
      };
      const { stdout } = await run(process.execPath, [client, action, "data", key, ...restoreKeys], { env, timeout: 60_000, maxBuffer: 1 << 24 });
      return { output: stdout, result: JSON.parse(stdout.trim().split("\n").at(-1)).result };
    }

    const data = () => path.join(workspace, "data");
    const content = randomBytes(9_000_000); // several ranges of 4 MiB

    test("saves and restores", async () => {
      fs.mkdirSync(data(), { recursive: true });
      fs.writeFileSync(path.join(data(), "file"), content);
      const saved = await ask("save", "key-1");
      assert.ok(saved.result > 0, saved.output);
      fs.rmSync(data(), { recursive: true });
      const restored = await ask("restore", "key-1");
      assert.equal(restored.result, "key-1", restored.output);
      assert.ok(fs.readFileSync(path.join(data(), "file")).equals(content));
      const ranges = service.log.filter(({ call, range }) => call === "getBlob" && range);
      if (protocol === "v2 as on Azure") assert.equal(ranges.length, 3, "4 MiB each");
    });

    test("finds by a restore key, and nothing where there is nothing", async () => {
      assert.equal((await ask("restore", "key-2", { restoreKeys: ["key-"] })).result, "key-1");
      assert.equal((await ask("restore", "other", { restoreKeys: ["another"] })).result, null);
    });

    test("is told that a key is taken", async () => {
      const again = await ask("save", "key-1");
      assert.equal(again.result, -1);
      assert.match(again.output, /another job may be creating this cache|already exists/i);
    });

    test("does not see what another branch has saved", async () => {
      assert.equal((await ask("restore", "key-1", { scopes: [["refs/heads/other", 3], ["refs/heads/main", 1]] })).result, null);
    });

    test("may not save with a token that only reads", async () => {
      const denied = await ask("save", "key-3", { scopes: [["refs/heads/main", 1]] });
      assert.equal(denied.result, -1);
      assert.match(denied.output, /cache write denied/);
    });
  });
}
