'use strict';
// What most tests need: an archive, a mirror that serves it, and a root whose only source it is.
const assert = require('node:assert/strict');
const { Archive, source } = require('./archive');
const { Root } = require('./root');
const { serve } = require('./server');

// Calls `body({ archive, server, root })` and takes everything down afterwards. `packages` are put in the archive.
async function scene(packages, body, rootOptions = {}) {
  const archive = new Archive();
  let server, root;
  try {
    for (const one of packages) archive.add(one);
    archive.publish();
    server = await serve(archive.folder);
    root = new Root({ ...rootOptions, sources: [source(server.url)] });
    await body({ archive, server, root });
  } finally {
    root?.dispose();
    await server?.close();
    archive.dispose();
  }
}

// Asserts how a run ended, showing what it said when it ended otherwise, and that nothing outlived it.
function ended(result, code) {
  assert.equal(result.code, code, `exit code ${result.code} instead of ${code}\nstdout: ${result.stdout}\nstderr: ${result.stderr}`);
  assert.equal(result.leftovers, '', 'processes were left behind');
}

// Asserts that dpkg has every named package installed and none half-way.
async function whole(root, names) {
  const installed = await root.installed();
  for (const name of names) assert.equal(installed.get(name)?.state, 'ii', `dpkg's state of ${name}`);
  const audit = await root.run(['dpkg', '--audit']);
  assert.equal(audit.stdout, '', 'dpkg --audit finds nothing');
}

module.exports = { scene, ended, whole };
