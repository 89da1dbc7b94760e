// A command's cost: wall seconds and the most memory that it had at once, its children's apart.
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";

const everyMilliseconds = 10;

function highWater(pid) {
  try {
    return Number(/VmHWM:\s*(\d+) kB/.exec(fs.readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? 0) / 1000;
  } catch {
    return 0;
  }
}

// Runs a command that must succeed within two minutes. Returns { seconds, megabytes, out, began }, `began` being
// milliseconds since 1970. The memory is looked at every 10 ms: what grows after the last look is missed.
export async function measure(argv, { env, cwd } = {}) {
  const began = Date.now();
  const start = process.hrtime.bigint();
  const child = spawn(argv[0], argv.slice(1), { env, cwd, stdio: ["ignore", "pipe", "pipe"] });
  const limit = setTimeout(() => child.kill("SIGKILL"), 120_000);
  const out = [], err = [];
  child.stdout.on("data", (chunk) => out.push(chunk));
  child.stderr.on("data", (chunk) => err.push(chunk));
  let megabytes = 0, seconds = 0;
  const watch = setInterval(() => (megabytes = Math.max(megabytes, highWater(child.pid))), everyMilliseconds);
  child.on("exit", () => (seconds = Number(process.hrtime.bigint() - start) / 1e9));
  const [code, signal] = await once(child, "close");
  clearInterval(watch);
  clearTimeout(limit);
  if (code !== 0) throw new Error(`${argv.join(" ")} ended with ${code ?? signal}: ${Buffer.concat(err)}${Buffer.concat(out)}`);
  return { seconds, megabytes, began, out: String(Buffer.concat(out)) };
}
