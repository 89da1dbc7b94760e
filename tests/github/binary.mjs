// Runs ci-optimizer as a step of a workflow would, with its reports sent to a server of the test's.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
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

// Runs `optimize` with `smoke` as its smoke tests. Returns its exit code, record, output and the text of the job summary
// and of the outputs' file. It is sent SIGTERM after `terminateAfter` ms when that is given, and killed after 40 s.
export async function optimize({ apiUrl, smoke, environment = {}, terminateAfter }) {
  const folder = await mkdtemp(join(tmpdir(), "ci-optimizer-github-"));
  const file = (name) => join(folder, name);
  await writeFile(file("event.json"), JSON.stringify(pullRequest));
  const options = smoke.flatMap((command) => ["--smoke", command]);
  const child = spawn(binary, ["optimize", ...options, "--report", "check", "--history", `file:${file("history")}`, "--json"], {
    cwd: folder,
    timeout: 40_000,
    killSignal: "SIGKILL",
    stdio: ["ignore", "pipe", "pipe"],
    env: {
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
      ...environment,
    },
  });
  const terminate = terminateAfter && setTimeout(() => child.kill("SIGTERM"), terminateAfter);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (piece) => (stdout += piece));
  child.stderr.on("data", (piece) => (stderr += piece));
  const code = await new Promise((done, failed) => child.on("error", failed).on("close", done));
  clearTimeout(terminate);
  const read = (name) => readFile(file(name), "utf8").catch(() => "");
  const result = { code, stdout, stderr, summary: await read("summary"), output: await read("output") };
  await rm(folder, { recursive: true });
  if (code === null) throw new Error(`ci-optimizer did not end within 40 s\n${stderr}`);
  result.record = JSON.parse(stdout);
  return result;
}

// The kinds of what went wrong with the report.
export function reportProblems(record) {
  return record.problems.filter((problem) => problem.step === "report").map((problem) => problem.kind);
}
