// Prism: a server that answers only what the API description allows.
import { spawn } from "node:child_process";
import { createServer, request } from "node:http";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRequire } from "node:module";
import { checkRunDescription } from "./description.mjs";

const require = createRequire(import.meta.url);

export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

// Starts Prism with --errors on a loopback port. Returns its port and a function that stops it. Fails after 60 s.
export async function startPrism() {
  const folder = await mkdtemp(join(tmpdir(), "ci-optimizer-prism-"));
  const file = join(folder, "github.json");
  await writeFile(file, JSON.stringify(checkRunDescription()));
  const port = await freePort();
  const program = require.resolve("@stoplight/prism-cli/dist/index.js");
  const child = spawn(process.execPath, [program, "mock", "--errors", "--host", "127.0.0.1", "--port", `${port}`, file], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    await rm(folder, { recursive: true });
  };
  let said = "";
  const listening = new Promise((done, failed) => {
    const limit = setTimeout(() => failed(new Error(`Prism is not listening after 60 s: ${said}`)), 60_000);
    const hear = (piece) => {
      said += piece;
      if (!said.includes("Prism is listening")) return;
      clearTimeout(limit);
      done();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.on("exit", () => {
      clearTimeout(limit);
      failed(new Error(`Prism ended: ${said}`));
    });
  });
  try {
    await listening;
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, stop };
}

// Starts a server that hands every request on to `port` and keeps what was asked and answered. `instead(method, answer)`
// may give back another document for an answer that is passed on.
export async function startRecorder(port, instead = (_, answer) => answer) {
  const exchanges = [];
  const server = createServer(async (asked, answer) => {
    const pieces = [];
    for await (const piece of asked) pieces.push(piece);
    const body = Buffer.concat(pieces);
    const exchange = { method: asked.method, path: asked.url, headers: asked.headers, body: body.length ? JSON.parse(body) : null, at: performance.now() };
    exchanges.push(exchange);
    const onward = request({ host: "127.0.0.1", port, method: asked.method, path: asked.url, headers: asked.headers }, (answered) => {
      let text = "";
      answered.on("data", (piece) => (text += piece));
      answered.on("end", () => {
        exchange.status = answered.statusCode;
        exchange.answer = text;
        text = instead(asked.method, text);
        answer.writeHead(answered.statusCode, { "content-type": "application/json" }).end(text);
      });
    });
    onward.on("error", () => answer.writeHead(502).end());
    onward.end(body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, exchanges, stop };
}
