// hashFiles() as the runner's bundle does it, over the real @actions/glob with minimatch 3.
import crypto from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);
require('@actions/core').debug = () => {}; // it would write to the standard output of the test
const glob = require('@actions/glob');

const sha256 = (bytes) => crypto.createHash('sha256').update(bytes).digest();

// Returns { hash, files }, or { hash: null, error } where the expression fails. Changes the working directory and
// HOME of this process: one call at a time.
export async function originalHashFiles(workspace, patterns, { follow = false, env = {} } = {}) {
  process.chdir(workspace);
  process.env.HOME = env.HOME ?? '/nonexistent';
  const inside = process.cwd() + path.sep;
  const digests = [];
  const files = [];
  try {
    const globber = await glob.create(patterns.join('\n'), { followSymbolicLinks: follow });
    for await (const file of globber.globGenerator()) {
      if (!file.startsWith(inside) || fs.statSync(file).isDirectory()) continue;
      digests.push(sha256(fs.readFileSync(file)));
      files.push(file.slice(inside.length));
    }
  } catch (error) {
    return { hash: null, error: error.message };
  }
  return { hash: files.length === 0 ? '' : sha256(Buffer.concat(digests)).toString('hex'), files };
}
