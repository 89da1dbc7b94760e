// GitHub's own description of its API, cut to check runs (the whole takes a minute to load) and made to say what
// GitHub enforces but the description leaves to prose.
import { createRequire } from "node:module";

const create = "/repos/{owner}/{repo}/check-runs";
const list = "/repos/{owner}/{repo}/commits/{ref}/check-runs";
const update = "/repos/{owner}/{repo}/check-runs/{check_run_id}";

// Returns an OpenAPI document for creating, updating and finding check runs.
export function checkRunDescription() {
  const require = createRequire(import.meta.url);
  const whole = require("@octokit/openapi/generated/api.github.com.deref.json");
  const paths = { [create]: { post: whole.paths[create].post }, [update]: { patch: whole.paths[update].patch }, [list]: { get: whole.paths[list].get } };
  acceptGitHubsMediaType(paths[list].get);
  for (const operation of [paths[create].post, paths[update].patch]) {
    acceptGitHubsMediaType(operation);
    tighten(operation.requestBody.content["application/json"].schema);
  }
  const created = paths[create].post.requestBody.content["application/json"].schema;
  created.required = ["name", "head_sha"];
  created.properties.head_sha.pattern = "^[0-9a-f]{40}$";
  created.properties.details_url.pattern = "^https?://";
  return { openapi: whole.openapi, info: whole.info, servers: [{ url: "http://127.0.0.1" }], paths };
}

// The description lists application/json alone; every real request asks for GitHub's own type.
function acceptGitHubsMediaType(operation) {
  for (const response of Object.values(operation.responses)) {
    if (response.content) response.content["application/vnd.github+json"] = response.content["application/json"];
  }
}

function tighten(body) {
  // "Required if you provide completed_at or a status of completed."
  body.anyOf = [
    { required: ["status", "conclusion", "completed_at"], properties: { status: { enum: ["completed"] } } },
    { properties: { status: { enum: ["queued", "in_progress"] } }, not: { anyOf: [{ required: ["conclusion"] }, { required: ["completed_at"] }] } },
  ];
  delete body.oneOf;
  const output = body.properties.output;
  output.required = ["title", "summary"];
  output.properties.title.maxLength = 255;
  const annotation = output.properties.annotations.items;
  annotation.properties.start_line.minimum = 1;
  annotation.properties.end_line.minimum = 1;
  annotation.properties.path.minLength = 1;
  annotation.properties.message.minLength = 1;
  annotation.properties.message.maxLength = 65536;
  annotation.properties.title.maxLength = 255;
}
