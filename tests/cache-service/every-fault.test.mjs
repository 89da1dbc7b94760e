// Every call of both protocols, every refusal, lies, silence and broken connections, for ever; savers that race and
// processes that are killed. Whatever comes of it, it comes in time, is true, and fails no job.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import { makeToken } from "./entries.mjs";
import { CacheService } from "./service.mjs";
import { describeTree, makeTree, removeTree } from "./tree.mjs";

const binary = path.resolve(process.env.CI_OPTIMIZER ?? new URL("../../build/dev/src/ci-optimizer", import.meta.url).pathname);
if (!fs.existsSync(binary)) throw new Error(`no binary at ${binary}: build the dev preset first`);

// Tells what differs, and not two whole trees.
function assertSameTree(folder, whole, when = "") {
  const found = describeTree(folder);
  const names = [...new Set([...Object.keys(found), ...Object.keys(whole)])];
  assert.deepEqual(names.filter((name) => found[name] !== whole[name]).map((name) => [name, found[name], whole[name]]), [], when);
}

// A service, a workspace, and the program between them.
class Scene {
  static async make(protocol) {
    const scene = new Scene();
    scene.service = await CacheService.start();
    scene.folder = fs.mkdtempSync(path.join(os.tmpdir(), "ci-optimizer-faults-"));
    scene.protocol = protocol;
    return scene;
  }

  at(name) { return path.join(this.folder, name); }

  start(action, key, name, { run = "1", budget = "60s" } = {}) {
    const args = ["cache", action, "--store", "github:", "--json", "--key", key, "--path", name, "--budget", budget];
    const { service } = this;
    const env = {
      PATH: process.env.PATH, HOME: this.folder, GITHUB_WORKSPACE: this.folder, GITHUB_RUN_ID: run, GITHUB_RUN_ATTEMPT: "1",
      ACTIONS_RUNTIME_TOKEN: makeToken([["refs/heads/main", 3]]),
      ...(this.protocol === "v1" ? { ACTIONS_CACHE_URL: service.url } : { ACTIONS_RESULTS_URL: service.url, ACTIONS_CACHE_SERVICE_V2: "True" }),
    };
    return spawn(binary, args, { cwd: this.folder, env, stdio: ["ignore", "pipe", "pipe"] });
  }

  // Returns the document that the command prints, and how long it took; it must end by itself, with exit code 0.
  async use(action, key, name, options) {
    const began = Date.now();
    const child = this.start(action, key, name, options);
    const timer = setTimeout(() => child.kill("SIGKILL"), 60_000);
    let stdout = "", stderr = "";
    child.stdout.on("data", (text) => (stdout += text));
    child.stderr.on("data", (text) => (stderr += text));
    const [code, signal] = await once(child, "close");
    clearTimeout(timer);
    assert.equal(code, 0, `${action}: ${signal} ${stderr}`);
    assert.ok(!(stdout + stderr).includes("sig="), "a signed address is shown");
    return { ...JSON.parse(stdout), seconds: (Date.now() - began) / 1000 };
  }

  // Restores `key` where nothing is. What is there afterwards is all of it, or nothing.
  async restored(key, name, whole, options) {
    if (fs.existsSync(this.at(name))) removeTree(this.at(name));
    const told = await this.use("restore", key, name, options);
    if (told.outcome === "exact") assertSameTree(this.at(name), whole);
    else assert.ok(told.outcome === "miss" && told.reason !== "" && !fs.existsSync(this.at(name)), JSON.stringify(told));
    return told;
  }

  dispose() {
    this.service.stop();
    removeTree(this.folder);
  }
}

async function inScene(protocol, body) {
  const scene = await Scene.make(protocol);
  try {
    await body(scene);
  } finally {
    scene.dispose();
  }
}

const statuses = [400, 403, 404, 409, 412, 413, 500, 503].map((status) => ({ status }));
const always = [
  ...statuses, { status: 429, headers: { "retry-after": "3600" } },
  { status: 200, body: "<html>" }, { status: 200, body: "{}" }, { status: 204 }, { reset: true }, { stall: true }, { swallow: true },
];
// At the very beginning, within the archive's head, on the border of two ranges, near the end.
const bytes = [0, 1, 100, 8_388_607, 8_388_608, 9_000_000];
const delivery = [
  ...bytes.flatMap((at) => [{ cut: at }, { halt: at }]), { trickle: 50 }, { ignoreRange: true }, { ignoreRange: true, cut: 5_000_000 },
  { after: 1, ignoreRange: true }, { shift: 7 }, { shift: -1 }, { after: 1, shift: 7 }, { total: 1 }, { total: 9_000_000 }, { total: 99_000_000 },
  { after: 1, total: 99_000_000 }, { flip: true }, { after: 1, flip: true }, { after: 1, status: 403 }, { after: 1, status: 404 },
];
const calls = {
  v2: ["lookup", "reserve", "putBlob", "putBlock", "putBlockList", "finalize", "getBlob"],
  v1: ["v1Lookup", "v1Reserve", "v1Patch", "v1Commit", "getBlob"],
};

describe("what fails, for both protocols", { concurrency: 8 }, () => ["v2", "v1"].forEach((protocol) => {
  for (const call of calls[protocol]) {
    test(`${protocol}: ${call} fails for ever`, { timeout: 300_000 }, () => inScene(protocol, async (scene) => {
      const { service } = scene;
      const quick = { budget: "700ms" };
      const make = (name) => {
        if (fs.existsSync(scene.at(name))) removeTree(scene.at(name));
        // What fits one request goes in one.
        if (call === "putBlob") fs.mkdirSync(scene.at(name)), fs.writeFileSync(path.join(scene.at(name), "x"), "small");
        else makeTree(scene.at(name));
        return describeTree(scene.at(name));
      };
      const there = make("there");
      const made = make("made");
      assert.equal((await scene.use("save", "there", "there")).status, "saved");
      for (const [i, fault] of [...always, ...(call === "getBlob" ? delivery : [])].entries()) {
        const shown = `${call} ${JSON.stringify(fault)}`;
        const reads = /ookup|getBlob/.test(call);
        const writes = call !== "getBlob";
        service.setFaults({ call, ...fault });
        const told = await Promise.all([
          writes ? scene.use("save", `key-${i}`, "made", quick) : undefined, reads ? scene.restored("there", "there", there, quick) : undefined,
        ]);
        for (const one of told) assert.ok(one === undefined || one.seconds < 6, `${shown}: ${one?.seconds} s`);
        service.setFaults();
        if (!writes) continue;
        fs.renameSync(scene.at("made"), scene.at("kept"));
        const kept = await scene.restored(`key-${i}`, "made", made);
        // Who says that all was stored and has not done so is believed, where the protocol wants no more than that.
        const lie = call === "v1Commit" && fault.status < 300;
        if (told[0].status === "saved" && !lie) assert.equal(kept.outcome, "exact", `${shown}: ${JSON.stringify(kept)}`);
        if (fs.existsSync(scene.at("made"))) removeTree(scene.at("made"));
        fs.renameSync(scene.at("kept"), scene.at("made"));
      }
      assert.equal((await scene.restored("there", "there", there)).outcome, "exact", "the entry outlives it all");
    }));
  }

  test(`${protocol}: of eight savers of one key one wins`, { timeout: 120_000 }, () => inScene(protocol, async (scene) => {
    makeTree(scene.at("data"));
    const whole = describeTree(scene.at("data"));
    const told = await Promise.all(Array.from({ length: 8 }, (_, i) => scene.use("save", "key", "data", { run: String(i + 1) })));
    assert.deepEqual(told.map(({ status }) => status).sort(), [...Array(7).fill("already there"), "saved"], JSON.stringify(told));
    assert.equal(scene.service.entries.all().length, 1);
    assert.equal((await scene.restored("key", "data", whole)).outcome, "exact");
  }));

  test(`${protocol}: what is killed leaves nothing that is taken for whole`, { timeout: 120_000 }, () => inScene(protocol, async (scene) => {
    makeTree(scene.at("data"));
    const whole = describeTree(scene.at("data"));
    const killed = async (action, key, after) => {
      const child = scene.start(action, key, "data");
      const timer = setTimeout(() => child.kill("SIGKILL"), after);
      const [code] = await once(child, "close");
      clearTimeout(timer);
      return code === null;
    };
    let half = 0;
    for (let i = 0; i < 12; i++) {
      if (!(await killed("save", `key-${i}`, 10 + i * 12))) break;
      half++;
      // It may have died between making the entry and saying so: the entry is whole then.
      if (!scene.service.entries.all().some(({ key }) => key === `key-${i}`)) continue;
      assert.equal((await scene.restored(`key-${i}`, "data", whole)).outcome, "exact");
    }
    assert.ok(half > 0, "at least one was killed");
    assert.equal((await scene.use("save", "whole", "data")).status, "saved");
    for (let i = 0; i < 12; i++) {
      removeTree(scene.at("data"));
      await killed("restore", "whole", 10 + i * 12);
      assert.equal((await scene.use("restore", "whole", "data")).outcome, "exact");
      assertSameTree(scene.at("data"), whole, `killed after ${10 + i * 12} ms`);
    }
  }));
}));
