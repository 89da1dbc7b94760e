// The publisher for forks: records of another run, which nobody can trust, become check runs of the commit that GitHub names.
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { headSha, mergeSha, optimize, start, stepEnvironment, token } from "./binary.mjs";
import { startChecks } from "./checks-service.mjs";
import { startPrism, startRecorder } from "./prism.mjs";

const [example] = createRequire(import.meta.url)("@octokit/webhooks-examples").find(({ name }) => name === "workflow_run").examples;

// The event of a run of a fork's pull request in o/r.
function followedRun(changes = {}) {
  const run = {
    ...example.workflow_run, id: 1589141559, run_attempt: 2, name: "ci", path: ".github/workflows/ci.yml", event: "pull_request", status: "completed",
    head_sha: headSha, head_branch: "topic", pull_requests: [], repository: { full_name: "o/r" }, head_repository: { full_name: "fork/r" }, ...changes,
  };
  return { ...example, action: "completed", workflow_run: run };
}

describe("report check", { concurrency: 4 }, () => {
  let made;
  before(async () => {
    made = (await optimize({ apiUrl: "http://127.0.0.1:9", smoke: ["false"], report: "off" })).record;
  });

  // Runs `report check` on `records`, by name, in a folder of their own. Returns what came of it and what the service has.
  async function publish(records, { args = [], event = followedRun(), environment = {}, prepare, apiUrl, ...service } = {}) {
    const folder = await mkdtemp(join(tmpdir(), "ci-optimizer-publisher-"));
    const checks = await startChecks(service);
    try {
      await mkdir(join(folder, "records"));
      for (const [name, record] of Object.entries(records)) {
        await writeFile(join(folder, "records", name), typeof record === "string" ? record : JSON.stringify(record));
      }
      await prepare?.(join(folder, "records"));
      await writeFile(join(folder, "event.json"), JSON.stringify(event));
      const env = { ...stepEnvironment(folder, apiUrl ?? checks.url), GITHUB_EVENT_NAME: "workflow_run", GITHUB_RUN_ID: "777", GITHUB_JOB: "publish", ...environment };
      const runs = [];
      for (let i = 0; i < (service.times ?? 1); ++i) runs.push(await start(["report", "check", ...args, "records"], { folder, env }));
      const result = runs.at(-1);
      assert.ok(!(result.stdout + result.stderr).includes(token), "the token is never shown");
      return { ...result, runs: checks.runs, requests: checks.requests };
    } finally {
      checks.stop();
      await rm(folder, { recursive: true });
    }
  }

  test("makes the check run of the fork's commit", async () => {
    const result = await publish({ "1.json": made });
    assert.equal(result.code, 0, result.stderr);
    const [run] = result.runs;
    assert.equal(result.runs.length, 1);
    assert.equal(run.name, "ci-optimizer / ci / test");
    assert.equal(run.head_sha, headSha);
    assert.equal(run.external_id, "1589141559-2-test");
    assert.equal(run.details_url, "https://github.com/o/r/actions/runs/1589141559/attempts/2");
    assert.deepEqual([run.status, run.conclusion], ["completed", "failure"]);
    assert.equal(run.annotations[0].path, ".github/workflows/ci.yml");
    assert.match(result.stdout, /^failure +ci-optimizer \/ ci \/ test +https:\/\/github.com\/o\/r\/runs\/1$/m);
  });

  test("believes the event and not the record", async () => {
    const lies = { repository: "evil/r", workflow: "deploy", run_id: "1", run_attempt: 7, commit_sha: mergeSha, branch: "main", check_run_url: "https://evil.example" };
    const result = await publish({ "1.json": { ...made, ...lies } });
    assert.equal(result.code, 0, result.stderr);
    const [run] = result.runs;
    assert.deepEqual([run.name, run.head_sha, run.external_id], ["ci-optimizer / ci / test", headSha, "1589141559-2-test"]);
    assert.doesNotMatch(JSON.stringify(result.requests), /evil/);
  });

  test("cannot take the name of another check, whatever the job is called", async () => {
    for (const job of ["build", "x\nbuild", "../../build", "\u001b[2Jbuild", "::error::build"]) {
      const result = await publish({ "1.json": { ...made, job } });
      assert.equal(result.code, 0, result.stderr);
      assert.ok(result.runs[0].name.startsWith("ci-optimizer / ci / "), result.runs[0].name);
      assert.doesNotMatch(result.runs[0].name, /[\u0000-\u001f]/);
      assert.doesNotMatch(result.stdout, /^build|\u001b|^::/m);
    }
  });

  test("a record that could not be reported by its own job is not taken for one that we could not", async () => {
    const problems = [...made.problems, { level: "warning", step: "report", kind: "read-only-token", seconds: 0, message: "Resource not accessible" }];
    const result = await publish({ "1.json": { ...made, problems } });
    assert.equal(result.code, 0, result.stderr);
    assert.equal(result.runs[0].conclusion, "failure");
    assert.doesNotMatch(result.runs[0].output.summary, /read-only-token/);
    const refused = await publish({ "1.json": { ...made, problems } }, {
      fault: (_, answer) => Boolean(answer.writeHead(403).end('{"message": "Resource not accessible by integration"}')),
    });
    assert.equal(refused.code, 77);
    assert.match(refused.stderr, /checks: write/);
  });

  test("several jobs get a check run each, a second apart, and a second try none more", async () => {
    const result = await publish({ "1.json": made, "2.json": { ...made, job: "lint", status: "cancelled", exit_code: 143 } }, { times: 2, reopens: true });
    assert.equal(result.code, 0, result.stderr);
    // Annotations cannot be taken back: the failed job's second check run takes the place of its first.
    assert.deepEqual(new Set(result.runs.map(({ external_id }) => external_id)), new Set(["1589141559-2-test", "1589141559-2-lint"]));
    for (const run of result.runs) assert.equal(run.status, "completed");
    const changes = result.requests.filter(({ method }) => method !== "GET");
    for (let i = 1; i < changes.length / 2; ++i) assert.ok(changes[i].at - changes[i - 1].at >= 990, "a second apart");
  });

  for (const [what, records] of Object.entries({
    "no JSON": { "1.json": "<html>" },
    "another document": { "1.json": { schema: 2 } },
    "a job that is not over": (record) => ({ "1.json": { ...record, status: "running" } }),
    "a state of nobody's": (record) => ({ "1.json": { ...record, status: "victorious" } }),
    "a deep document": { "1.json": "[".repeat(200_000) },
    "a document without end": { "1.json": " ".repeat(5 << 20) },
    "nothing": {},
    "too many": (record) => Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`${i}.json`, record])),
  })) {
    test(`refuses ${what}`, async () => {
      const result = await publish(typeof records === "function" ? records(made) : records);
      assert.ok([65, 74].includes(result.code), `${result.code} ${result.stderr}`);
      assert.equal(result.requests.length, 0);
    });
  }

  test("reads no file behind a link", async () => {
    const result = await publish({}, { prepare: (records) => symlink("../event.json", join(records, "1.json")) });
    assert.equal(result.code, 65, result.stderr);
    assert.match(result.stderr, /not a file/);
  });

  for (const [what, event] of Object.entries({
    "of another repository": followedRun({ repository: { full_name: "other/r" } }),
    "without a commit": followedRun({ head_sha: "main" }),
    "without a run": followedRun({ id: null }),
    "that tells nothing": {},
  })) {
    test(`an event ${what} publishes nothing`, async () => {
      const result = await publish({ "1.json": made }, { event });
      assert.equal(result.code, 65, result.stderr);
      assert.equal(result.requests.length, 0);
    });
  }

  test("in a run of its own a record is that of this repository", async () => {
    const environment = { GITHUB_EVENT_NAME: "push" };
    const own = await publish({ "1.json": made }, { environment, args: ["--check-name", "Packages"] });
    assert.equal(own.code, 0, own.stderr);
    assert.deepEqual([own.runs[0].name, own.runs[0].head_sha], ["Packages", mergeSha]);
    const foreign = await publish({ "1.json": { ...made, repository: "evil/r" } }, { environment });
    assert.equal(foreign.code, 65);
  });

  test("--dry-run and --json say what there would be", async () => {
    const result = await publish({ "1.json": made }, { args: ["--dry-run", "--json"] });
    assert.deepEqual(JSON.parse(result.stdout), { checks: [{ name: "ci-optimizer / ci / test", head_sha: headSha, conclusion: "failure", url: "" }] });
    assert.equal(result.requests.length, 0);
  });

  describe("and GitHub's own description", () => {
    let prism;
    before(async () => (prism = await startPrism()), { timeout: 90_000 });
    after(() => prism?.stop());

    test("accepts each request", async () => {
      const recorder = await startRecorder(prism.port);
      const result = await publish({ "1.json": made }, { apiUrl: recorder.url }).finally(recorder.stop);
      assert.equal(result.code, 0, result.stderr);
      assert.deepEqual(recorder.exchanges.map(({ method }) => method), ["GET", "POST", "PATCH"]);
      for (const { status, answer } of recorder.exchanges) assert.ok(status === 200 || status === 201, answer);
    });
  });
});
