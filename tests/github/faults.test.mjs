// Whatever GitHub answers, the job's own result stands, and the report says what happened.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { describe, test } from "node:test";
import { headSha, mergeSha, optimize, reportProblems, token } from "./binary.mjs";
import { freePort } from "./prism.mjs";

const refuse = (status, message, headers = {}) => (_, answer) =>
  answer.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify({ message }));
const accept = (asked, answer) =>
  answer
    .writeHead(asked.method === "POST" ? 201 : 200, { "content-type": "application/json" })
    .end(JSON.stringify({ id: 7, html_url: "https://github.com/o/r/runs/7" }));
// The first `count` requests meet `fault`, the others are accepted.
const first = (count, fault) => (asked, answer, number) => (number <= count ? fault : accept)(asked, answer);

// Starts a server that answers each request, numbered from 1, by `behaviour`.
async function startServer(behaviour) {
  const requests = [];
  const server = createServer(async (asked, answer) => {
    let text = "";
    for await (const piece of asked) text += piece;
    requests.push({ method: asked.method, path: asked.url, headers: asked.headers, body: text ? JSON.parse(text) : null });
    behaviour(asked, answer, requests.length);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, requests, stop };
}

async function run(behaviour, { smoke = ["true"], environment, terminateAfter } = {}) {
  const server = await startServer(behaviour);
  const result = await optimize({ apiUrl: server.url, smoke, environment, terminateAfter }).finally(server.stop);
  assert.ok(!(result.stdout + result.stderr + result.summary + result.output).includes(token), "the token is never shown");
  return { ...result, requests: server.requests };
}

const faults = {
  "a read-only token": [refuse(403, "Resource not accessible by integration"), "read-only-token", 1],
  "a used-up rate limit": [
    refuse(403, "API rate limit exceeded", { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "4102444800" }), "rate-limit", 2],
  "a secondary rate limit": [
    refuse(403, "You have exceeded a secondary rate limit", { "retry-after": "3600" }), "secondary-rate-limit", 2],
  "a personal token": [refuse(403, "You must authenticate via a GitHub App."), "wrong-app", 2],
  "another App's check run": [refuse(403, "Invalid app_id `15368` - check run can only be modified by the GitHub App that created it."), "wrong-app", 2],
  "429 for long": [refuse(429, "Too many requests", { "retry-after": "3600" }), "secondary-rate-limit", 2],
  "a bad token": [refuse(401, "Bad credentials"), "bad-token", 1],
  "422": [refuse(422, "No commit found for SHA"), "invalid-request", 2],
  "a connection that is reset": [(asked) => asked.socket.destroy(), "unavailable", 2],
  "a server that never answers": [() => {}, "unavailable", 2],
  "a server that answers a byte a second": [
    (_, answer) => {
      answer.writeHead(200);
      const drip = setInterval(() => answer.write(" "), 1000);
      answer.on("close", () => clearInterval(drip));
    }, "unavailable", 2],
  "a page that is no JSON": [(_, answer) => answer.writeHead(200).end("<html>"), "unavailable", 2],
};

describe("a fault of the API", { concurrency: 6 }, () => {
  for (const [name, [fault, kind, requests]] of Object.entries(faults)) {
    test(`${name} is a warning`, async () => {
      const result = await run(fault);
      assert.equal(result.code, 0, result.stderr);
      assert.equal(result.record.status, "success");
      assert.deepEqual(reportProblems(result.record), [kind]);
      assert.equal(result.requests.length, requests);
      assert.match(result.summary, new RegExp(`report: ${kind}`));
      assert.match(result.stderr, new RegExp(`^::warning title=report%3A ${kind}`, "m"));
      assert.match(result.output, /^check-run-url<<(\S+)\n\n\1$/m);
    });
  }

  test("502 again and again is a warning after several tries", async () => {
    const result = await run(refuse(502, "Server Error"));
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(reportProblems(result.record), ["unavailable"]);
    assert.ok(result.requests.length > 4, `${result.requests.length} requests`);
  });

  test("nobody listening is a warning", async () => {
    const result = await optimize({ apiUrl: `http://127.0.0.1:${await freePort()}`, smoke: ["true"] });
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(reportProblems(result.record), ["unavailable"]);
  });

  test("a failed job stays failed, with its own exit code", async () => {
    const result = await run(refuse(403, "Resource not accessible by integration"), { smoke: ["false"] });
    assert.equal(result.code, 2, result.stderr);
    assert.equal(result.record.status, "failure");
    assert.match(result.stderr, /^::error title=smoke/m);
  });

  for (const [name, fault] of Object.entries({
    "a short rate limit": refuse(429, "Slow down", { "retry-after": "1" }),
    "one 502": refuse(502, "Server Error"),
  })) {
    test(`${name} is waited for`, async () => {
      const result = await run(first(1, fault));
      assert.equal(result.code, 0, result.stderr);
      assert.deepEqual(reportProblems(result.record), []);
      assert.equal(result.record.check_run_url, "https://github.com/o/r/runs/7");
      assert.deepEqual(result.requests.map(({ method }) => method), ["GET", "GET", "POST", "PATCH"]);
    });
  }

  test("a cancelled job still ends its check run", async () => {
    const result = await run(accept, { smoke: ["sleep 30"], terminateAfter: 1500 });
    assert.equal(result.code, 143, result.stderr);
    assert.equal(result.record.status, "cancelled");
    assert.deepEqual(result.requests.map(({ body }) => body?.conclusion), [undefined, undefined, "cancelled"]);
  });

  test("a renamed repository is followed", async () => {
    const result = await run((asked, answer) =>
      asked.url.startsWith("/repos/") ? answer.writeHead(307, { location: asked.url.replace("/repos/o/r", "/repositories/1") }).end() : accept(asked, answer),
    );
    assert.deepEqual(reportProblems(result.record), []);
    const followed = result.requests.filter(({ path }) => path.startsWith("/repositories/1"));
    assert.deepEqual(followed.map(({ method }) => method), ["GET", "POST", "PATCH"]);
    assert.equal(followed[0].headers.authorization, `Bearer ${token}`);
  });

  test("a redirect to another host does not get the token", async () => {
    const foreign = await startServer(accept);
    const elsewhere = foreign.url.replace("127.0.0.1", "localhost");
    await run((asked, answer) => answer.writeHead(307, { location: elsewhere + asked.url }).end()).finally(foreign.stop);
    assert.ok(foreign.requests.length > 0);
    for (const { headers } of foreign.requests) assert.equal(headers.authorization, undefined);
  });

  test("an unreadable payload falls back to the run's commit and says so", async () => {
    const result = await run(accept, { environment: { GITHUB_EVENT_PATH: "/nonexistent/event.json" } });
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.requests[1].body.head_sha, mergeSha);
    assert.deepEqual(reportProblems(result.record), ["event-payload"]);
  });

  test("the check run is the pull request head's", async () => {
    const result = await run(accept);
    assert.equal(result.requests[1].body.head_sha, headSha);
    assert.match(result.output, /^check-run-url<<(\S+)\nhttps:\/\/github.com\/o\/r\/runs\/7\n\1$/m);
  });

  test("without a token nothing is sent", async () => {
    const result = await run(accept, { environment: { GITHUB_TOKEN: "" } });
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(reportProblems(result.record), ["no-token"]);
    assert.equal(result.requests.length, 0);
  });
});
