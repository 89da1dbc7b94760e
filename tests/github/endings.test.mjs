// A check run comes to its end whatever becomes of the job, and a job has one check run however often it starts.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { optimize, reportProblems } from "./binary.mjs";
import { startChecks } from "./checks-service.mjs";

const killOwnParent = "sleep 1.5; kill -9 $PPID";

async function withChecks(options, use) {
  const service = await startChecks(options);
  try {
    return await use(service);
  } finally {
    service.stop();
  }
}

describe("a job that is told to stop", { concurrency: 6 }, () => {
  test("ends its check run as cancelled, in little time", () => withChecks({}, async ({ url, runs }) => {
    const result = await optimize({ apiUrl: url, smoke: ["trap '' TERM; sleep 30"], terminateAfter: 1500 });
    assert.equal(result.code, 143, result.stderr);
    assert.ok(result.secondsAfterSignal < 3, `${result.secondsAfterSignal} s`);
    assert.deepEqual(runs.map(({ conclusion }) => conclusion), ["cancelled"]);
  }));

  test("is not held up by a server that does not answer, and its post step ends the check run", async () => {
    let stopped = true;
    const fault = ({ method }) => stopped && method === "PATCH";
    await withChecks({ fault }, async ({ url, runs }) => {
      const result = await optimize({ apiUrl: url, smoke: ["sleep 30"], terminateAfter: 1500, finish: "cancelled", beforeFinish: () => (stopped = false) });
      assert.equal(result.code, 143, result.stderr);
      assert.ok(result.secondsAfterSignal < 6, `${result.secondsAfterSignal} s`);
      assert.deepEqual(reportProblems(result.record), ["unavailable"]);
      assert.equal(result.left.check.id, 1);
      assert.equal(result.finished.code, 0, result.finished.stderr);
      assert.deepEqual(runs.map(({ conclusion }) => conclusion), ["cancelled"]);
    });
  });

  test("while its check run is being made leaves none in progress", async () => {
    // GitHub has made it, and its answer never comes.
    const fault = ({ method }, _, respond) => method === "POST" && Boolean(respond());
    await withChecks({ fault }, async ({ url, runs }) => {
      const result = await optimize({ apiUrl: url, smoke: ["sleep 30"], terminateAfter: 1500 });
      assert.equal(result.code, 143, result.stderr);
      assert.ok(result.secondsAfterSignal < 3, `${result.secondsAfterSignal} s`);
      assert.deepEqual(runs.map(({ conclusion }) => conclusion), ["cancelled"]);
      assert.deepEqual(reportProblems(result.record), ["cancelled"]);
    });
  });
});

describe("a job that is killed", { concurrency: 6 }, () => {
  for (const [status, conclusion] of [["cancelled", "cancelled"], ["failure", "failure"]]) {
    test(`has its check run, record and summary ended by the post step: ${status}`, () => withChecks({}, async ({ url, runs }) => {
      const result = await optimize({ apiUrl: url, smoke: [killOwnParent], finish: status });
      assert.equal(result.killedBy, "SIGKILL");
      assert.equal(result.finished.code, 0, result.finished.stderr);
      assert.deepEqual(runs.map((run) => [run.status, run.conclusion]), [["completed", conclusion]]);
      assert.match(runs[0].output.summary, /was killed before it could end the job/);
      assert.equal(result.keptRecord.status, conclusion);
      assert.deepEqual(result.keptRecord.problems.map(({ kind }) => kind), ["killed"]);
      assert.match(result.summary, /was killed/);
    }));
  }

  test("and keeps no record has its check run ended too", () => withChecks({}, async ({ url, runs }) => {
    const result = await optimize({ apiUrl: url, smoke: [killOwnParent], finish: "failure", history: false });
    assert.equal(result.finished.code, 0, result.finished.stderr);
    assert.deepEqual(runs.map(({ conclusion }) => conclusion), ["failure"]);
  }));

  test("and has no post step has its check run taken over by the next attempt", () => withChecks({}, async ({ url, runs }) => {
    assert.equal((await optimize({ apiUrl: url, smoke: [killOwnParent] })).killedBy, "SIGKILL");
    assert.deepEqual(runs.map(({ status }) => status), ["in_progress"]);
    const result = await optimize({ apiUrl: url, smoke: ["true"], environment: { GITHUB_RUN_ATTEMPT: "2" } });
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(runs.map(({ external_id, conclusion }) => [external_id, conclusion]), [["42-2-test", "success"]]);
  }));
});

describe("another attempt", { concurrency: 6 }, () => {
  for (const [reopens, count] of [[true, 1], [false, 2]]) {
    test(`goes on with the check run of the first where GitHub lets it: ${reopens}`, () => withChecks({ reopens }, async ({ url, runs }) => {
      for (const GITHUB_RUN_ATTEMPT of ["1", "2"]) {
        const result = await optimize({ apiUrl: url, smoke: ["true"], environment: { GITHUB_RUN_ATTEMPT } });
        assert.deepEqual(reportProblems(result.record), []);
      }
      assert.equal(runs.length, count);
      assert.deepEqual([runs.at(-1).status, runs.at(-1).conclusion, runs.at(-1).external_id], ["completed", "success", "42-2-test"]);
    }));
  }

  test("does not show the annotations of the first", () => withChecks({}, async ({ url, runs }) => {
    await optimize({ apiUrl: url, smoke: ["false"] });
    await optimize({ apiUrl: url, smoke: ["true"], environment: { GITHUB_RUN_ATTEMPT: "2" } });
    assert.deepEqual(runs.map(({ conclusion, annotations }) => [conclusion, annotations.length]), [["failure", 1], ["success", 0]]);
  }));

  test("leaves the check runs of other jobs alone", () => withChecks({}, async ({ url, runs }) => {
    for (const GITHUB_JOB of ["test", "build"]) {
      await optimize({ apiUrl: url, smoke: ["true"], environment: { GITHUB_JOB, GITHUB_RUN_ID: "42" } });
    }
    assert.deepEqual(runs.map(({ external_id }) => external_id), ["42-1-test", "42-1-build"]);
  }));
});

describe("without being asked for (report: auto)", { concurrency: 6 }, () => {
  const refuse = (status, message) => (_, answer) => Boolean(answer.writeHead(status).end(JSON.stringify({ message })));

  for (const report of ["auto", ""]) {
    test(`a token that can makes a check run: ${report || "nothing said"}`, () => withChecks({}, async ({ url, runs }) => {
      const result = await optimize({ apiUrl: url, smoke: ["true"], report });
      assert.equal(result.code, 0, result.stderr);
      assert.deepEqual(runs.map(({ conclusion }) => conclusion), ["success"]);
      assert.equal(result.record.check_run_url, "https://github.com/o/r/runs/1");
      assert.match(result.summary, /smoke test/);
    }));
  }

  for (const [name, fault] of Object.entries({
    "a token that cannot": refuse(403, "Resource not accessible by integration"),
    "a personal token": refuse(403, "You must authenticate via a GitHub App."),
    "a used-up limit": refuse(429, "Slow down"),
    "a server that is out of order": refuse(502, "Server Error"),
    "a server that never answers": () => true,
  })) {
    test(`${name} is no warning and costs little`, () => withChecks({ fault }, async ({ url, requests }) => {
      const result = await optimize({ apiUrl: url, smoke: ["true"], report: "auto" });
      assert.equal(result.code, 0, result.stderr);
      assert.deepEqual(result.record.problems, []);
      assert.doesNotMatch(result.stderr, /::warning|check run/);
      assert.ok(result.seconds < 5, `${result.seconds} s`);
      assert.ok(requests.length <= 2, `${requests.length} requests`);
    }));
  }

  test("summary makes none", () => withChecks({}, async ({ url, requests }) => {
    await optimize({ apiUrl: url, smoke: ["true"], report: "summary" });
    assert.equal(requests.length, 0);
  }));
});
