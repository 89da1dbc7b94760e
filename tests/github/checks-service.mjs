// Check runs as GitHub keeps them: made, found, updated; annotations are added, never taken back.
import { once } from "node:events";
import { createServer } from "node:http";

// Starts the service. `fault(asked, answer)` may answer a request in its place: it returns true when it did, or will.
// `reopens`: whether a completed check run can be set in progress again.
export async function startChecks({ fault = () => false, reopens = true } = {}) {
  const runs = [];
  const requests = [];
  const shown = (run) => ({ ...run, html_url: `https://github.com/o/r/runs/${run.id}`, output: { ...run.output, annotations_count: run.annotations.length } });

  function update(run, { output, ...body }) {
    const { annotations = [], ...told } = output ?? {};
    const completed = run.status === "completed";
    Object.assign(run, body);
    if (body.conclusion) run.status = "completed";
    else if (body.status && completed && !reopens) run.status = "completed";
    else if (body.status) run.conclusion = null;
    Object.assign(run.output, told);
    run.annotations.push(...annotations);
    return shown(run);
  }

  function respond({ method, url, body }) {
    const { pathname, searchParams } = new URL(url, "http://localhost");
    const listed = pathname.match(/^\/repos\/o\/r\/commits\/([0-9a-f]{40})\/check-runs$/);
    if (method === "GET" && listed) {
      const all = runs.filter((run) => run.head_sha === listed[1] && run.name === searchParams.get("check_name"));
      const [size, page] = [Number(searchParams.get("per_page")), Number(searchParams.get("page"))];
      return [200, { total_count: all.length, check_runs: all.slice(size * (page - 1), size * page).map(shown) }];
    }
    if (method === "POST" && pathname === "/repos/o/r/check-runs") {
      const run = { id: runs.length + 1, external_id: "", status: "queued", conclusion: null, output: {}, annotations: [] };
      runs.push(run);
      return [201, update(run, body)];
    }
    const run = runs.find(({ id }) => pathname === `/repos/o/r/check-runs/${id}`);
    if (method === "PATCH" && run) return [200, update(run, body)];
    return [404, { message: "Not Found" }];
  }

  const server = createServer(async (asked, answer) => {
    let text = "";
    for await (const piece of asked) text += piece;
    const request = { method: asked.method, url: asked.url, headers: asked.headers, body: text ? JSON.parse(text) : null, at: performance.now() };
    requests.push(request);
    if (fault(request, answer, () => respond(request))) return;
    const [status, document] = respond(request);
    answer.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(document));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, runs, requests, stop };
}
