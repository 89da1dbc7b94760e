// Runs ci-optimizer as a step of a workflow would, with its reports sent to a server of the test's.
import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const project = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const binary = resolve(process.env.CI_OPTIMIZER ?? join(project, "build/dev/src/ci-optimizer"));

export const headSha = "b".repeat(40);
export const mergeSha = "a".repeat(40);
export const token = "ghs_this-must-never-be-shown";

const pullRequest = {
  pull_request: {
    head: { sha: headSha, repo: { full_name: "o/r" } },
    base: { repo: { full_name: "o/r" } },
  },
};

// The environment of a step of a pull request's job, whose files lie in `folder`.
export function stepEnvironment(folder, apiUrl) {
  const file = (name) => join(folder, name);
  return {
    PATH: process.env.PATH,
    HOME: folder,
    GITHUB_ACTIONS: "true",
    GITHUB_API_URL: apiUrl,
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_REPOSITORY: "o/r",
    GITHUB_WORKFLOW: "ci",
    GITHUB_WORKFLOW_REF: "o/r/.github/workflows/ci.yml@refs/pull/7/merge",
    GITHUB_JOB: "test",
    GITHUB_RUN_ID: "42",
    GITHUB_RUN_ATTEMPT: "1",
    GITHUB_SHA: mergeSha,
    GITHUB_EVENT_NAME: "pull_request",
    GITHUB_EVENT_PATH: file("event.json"),
    GITHUB_OUTPUT: file("output"),
    GITHUB_STEP_SUMMARY: file("summary"),
    GITHUB_TOKEN: token,
  };
}

// Runs ci-optimizer with `args`. It is sent `signal` after `signalAfter` ms when that is given, and killed after 40 s.
// Returns its exit code, output and how many seconds it ran, and lived on after the signal.
export async function start(args, { folder, env, signal = "SIGTERM", signalAfter }) {
  const child = spawn(binary, args, { cwd: folder, timeout: 40_000, killSignal: "SIGKILL", stdio: ["ignore", "pipe", "pipe"], env });
  const began = performance.now();
  let sent = began;
  const timer = signalAfter && setTimeout(() => {
    sent = performance.now();
    child.kill(signal);
  }, signalAfter);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (piece) => (stdout += piece));
  child.stderr.on("data", (piece) => (stderr += piece));
  const [code, killedBy] = await new Promise((done, failed) => child.on("error", failed).on("close", (...how) => done(how)));
  clearTimeout(timer);
  const ended = performance.now();
  if (ended - began > 39_000) throw new Error(`ci-optimizer did not end within 40 s\n${stderr}`);
  return { code, killedBy, stdout, stderr, seconds: (ended - began) / 1000, secondsAfterSignal: (ended - sent) / 1000 };
}

// Runs `optimize` with `smoke` as its smoke tests. Returns its exit code, record, output and the text of the job summary
// and of the outputs' file. `report`: the option, "" = none. `finish`: the job's status, for a run that leaves a state and
// whose end is then dealt with by `optimize --finish`, whose result is `finished`;
// `beforeFinish` is called before that.
export async function optimize({ apiUrl, smoke, environment = {}, terminateAfter, report = "check", finish, history = true, beforeFinish }) {
  const folder = await mkdtemp(join(tmpdir(), "ci-optimizer-github-"));
  const file = (name) => join(folder, name);
  await writeFile(file("event.json"), JSON.stringify(pullRequest));
  const env = { ...stepEnvironment(folder, apiUrl), ...environment };
  const options = smoke.flatMap((command) => ["--smoke", command]);
  if (report) options.push("--report", report);
  if (finish) options.push("--state", file("state.json"));
  const kept = history ? `file:${file("history")}` : "off";
  const result = await start(["optimize", ...options, "--history", kept, "--json"], { folder, env, signalAfter: terminateAfter });
  if (finish) {
    beforeFinish?.();
    const left = await readFile(file("state.json"), "utf8").then(JSON.parse, () => undefined);
    const finished = left && (await start(["optimize", "--finish", "--state", file("state.json"), "--job-status", finish], { folder, env }));
    Object.assign(result, { left, finished });
  }
  const read = (name) => readFile(file(name), "utf8").catch(() => "");
  Object.assign(result, { summary: await read("summary"), output: await read("output") });
  const record = (await readdir(file("history/records"), { recursive: true }).catch(() => [])).find((name) => name.endsWith(".json"));
  if (record) result.keptRecord = JSON.parse(await read(`history/records/${record}`));
  await rm(folder, { recursive: true });
  if (result.stdout) result.record = JSON.parse(result.stdout);
  return result;
}

// The kinds of what went wrong with the report.
export function reportProblems(record) {
  return record.problems.filter((problem) => problem.step === "report").map((problem) => problem.kind);
}
