// The check run lands on the commit where people look for it, with real payloads of GitHub's.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { mergeSha, optimize, reportProblems } from "./binary.mjs";

const webhooks = createRequire(import.meta.url)("@octokit/webhooks-examples");
const payloads = (name) => webhooks.find((webhook) => webhook.name === name).examples;

// No example has a pull request behind its workflow run: one is added by hand.
const followedRun = {
  workflow_run: {
    ...payloads("workflow_run")[0].workflow_run,
    event: "pull_request_target",
    head_branch: "topic",
    pull_requests: [{ head: { ref: "topic", sha: "d".repeat(40) } }],
  },
};

const cases = [
  ...payloads("pull_request").slice(0, 4).map((payload) => ["pull_request", payload, payload.pull_request.head.sha]),
  ["pull_request_target", payloads("pull_request")[0], payloads("pull_request")[0].pull_request.head.sha],
  ...payloads("merge_group").map((payload) => ["merge_group", payload, payload.merge_group.head_sha]),
  ...payloads("workflow_run").map((payload) => ["workflow_run", payload, payload.workflow_run.head_sha]),
  ["workflow_run", followedRun, "d".repeat(40)],
  ...payloads("push").slice(0, 2).map((payload) => ["push", payload, mergeSha]),
  ["workflow_dispatch", payloads("workflow_dispatch")[0], mergeSha],
  ["schedule", { schedule: "0 0 * * *" }, mergeSha],
];

describe("the commit of a check run", { concurrency: 4 }, () => {
  let folder;
  before(async () => (folder = await mkdtemp(join(tmpdir(), "ci-optimizer-events-"))));
  after(() => rm(folder, { recursive: true }));

  for (const [index, [name, payload, expected]] of cases.entries()) {
    test(`${name}, example ${index}`, async () => {
      const asked = [];
      const server = createServer(async (request, answer) => {
        let text = "";
        for await (const piece of request) text += piece;
        if (text) asked.push(JSON.parse(text));
        answer.writeHead(request.method === "POST" ? 201 : 200).end(JSON.stringify({ id: 7, html_url: "https://github.com/o/r/runs/7" }));
      }).listen(0, "127.0.0.1");
      await once(server, "listening");
      const file = join(folder, `${index}.json`);
      await writeFile(file, JSON.stringify(payload));
      const result = await optimize({
        apiUrl: `http://127.0.0.1:${server.address().port}`,
        smoke: ["true"],
        environment: { GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: file },
      }).finally(() => {
        server.closeAllConnections();
        server.close();
      });
      assert.equal(result.code, 0, result.stderr);
      assert.deepEqual(reportProblems(result.record), []);
      assert.equal(asked[0].head_sha, expected);
    });
  }
});
