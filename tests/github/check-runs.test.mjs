// GitHub's own API description accepts every request of the check run report.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { headSha, optimize, reportProblems, token } from "./binary.mjs";
import { startPrism, startRecorder } from "./prism.mjs";

describe("check runs", () => {
  let prism;
  before(async () => (prism = await startPrism()), { timeout: 90_000 });
  after(() => prism?.stop());

  async function post(body) {
    const answer = await fetch(`http://127.0.0.1:${prism.port}/repos/o/r/check-runs`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/vnd.github+json" },
      body: JSON.stringify(body),
    });
    await answer.text();
    return answer.status;
  }

  test("the description refuses what GitHub refuses", async () => {
    const good = { name: "n", head_sha: headSha, status: "in_progress", output: { title: "t", summary: "s" } };
    const annotation = { path: "a", start_line: 1, end_line: 1, annotation_level: "failure", message: "m" };
    const withAnnotations = (annotations) => ({ ...good, output: { ...good.output, annotations } });
    assert.equal(await post(good), 201);
    assert.equal(await post(withAnnotations(Array(50).fill(annotation))), 201);
    for (const wrong of [
      { ...good, head_sha: "main" },
      { ...good, status: "completed" },
      { ...good, output: { title: "t" } },
      { ...good, output: { title: "t", summary: "s".repeat(65_536) } },
      withAnnotations(Array(51).fill(annotation)),
      withAnnotations([{ ...annotation, annotation_level: "error" }]),
      withAnnotations([{ ...annotation, start_line: 0 }]),
    ]) {
      assert.equal(await post(wrong), 422, JSON.stringify(wrong).slice(0, 200));
    }
  });

  test("a check run that an earlier attempt has left is set back to its beginning", async () => {
    const left = { id: 5, name: "ci-optimizer / ci / test", external_id: "42-1-test", status: "in_progress", output: { annotations_count: 0 } };
    const instead = (method, answer) =>
      method === "GET" ? JSON.stringify({ total_count: 1, check_runs: [left] }) : JSON.stringify({ ...JSON.parse(answer), id: 5, status: "in_progress" });
    const recorder = await startRecorder(prism.port, instead);
    const result = await optimize({ apiUrl: recorder.url, smoke: ["true"], environment: { GITHUB_RUN_ATTEMPT: "2" } }).finally(recorder.stop);
    assert.deepEqual(reportProblems(result.record), []);
    for (const { status, answer } of recorder.exchanges) assert.equal(status, 200, answer);
    assert.deepEqual(recorder.exchanges.map(({ method, path }) => [method, path.split("/").at(-1).replace(/\?.*/, "")]),
      [["GET", "check-runs"], ["PATCH", "5"], ["PATCH", "5"]]);
    const [, begun, ended] = recorder.exchanges.map(({ body }) => body);
    assert.deepEqual([begun.status, begun.external_id, ended.conclusion], ["in_progress", "42-2-test", "success"]);
  });

  for (const [count, expected] of [
    [0, [0]],
    [1, [1]],
    [50, [50]],
    [51, [50, 1]],
    [500, [50, 50, 50, 50]],
  ]) {
    test(`${count} annotations`, async () => {
      const recorder = await startRecorder(prism.port);
      const smoke = count === 0 ? ["true"] : Array.from({ length: count }, (_, i) => `false ${i}`);
      const result = await optimize({ apiUrl: recorder.url, smoke }).finally(recorder.stop);
      assert.equal(result.code, count === 0 ? 0 : 2, result.stderr);
      assert.deepEqual(reportProblems(result.record), []);

      const [listed, created, ...updates] = recorder.exchanges;
      assert.equal(listed.method, "GET");
      assert.ok(listed.path.startsWith(`/repos/o/r/commits/${headSha}/check-runs?check_name=ci-optimizer%20%2F%20ci%20%2F%20test&`), listed.path);
      for (const { status, answer } of recorder.exchanges) assert.ok(status === 200 || status === 201, answer);
      assert.equal(created.method, "POST");
      assert.equal(created.body.head_sha, headSha);
      assert.equal(created.body.external_id, "42-1-test");
      assert.equal(created.headers.authorization, `Bearer ${token}`);
      assert.equal(created.headers["x-github-api-version"], "2022-11-28");
      assert.match(created.headers["user-agent"], /^ci-optimizer/);
      assert.deepEqual(updates.map(({ body }) => body.output.annotations?.length ?? 0), expected);
      assert.deepEqual(updates.map(({ body }) => body.conclusion), [
        ...Array(expected.length - 1).fill(undefined),
        count === 0 ? "success" : "failure",
      ]);
      for (const { start_line, end_line } of updates.flatMap(({ body }) => body.output.annotations ?? [])) {
        assert.ok(end_line >= start_line);
      }
      for (let i = 2; i < recorder.exchanges.length; ++i) {
        assert.ok(recorder.exchanges[i].at - recorder.exchanges[i - 1].at >= 990, "changes are a second apart");
      }
      if (count === 500) assert.match(updates.at(-1).body.output.summary, /200 annotations are shown, 300 more/);
      assert.ok(!(result.stdout + result.stderr + result.summary + result.output).includes(token));
    });
  }
});
