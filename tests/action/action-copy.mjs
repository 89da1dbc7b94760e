// A copy of the action with a helper of the test's choice, in a folder that is removed with the test.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../..', import.meta.url));
const folder = { x86_64: 'linux-x64', aarch64: 'linux-arm64' }[os.machine()];

// Returns the copy's root, the path of its helper and a temporary folder for the runner.
export function copyAction(test, helperFile) {
  const base = fs.mkdtempSync(path.join(os.tmpdir(), 'action-test-'));
  test.after(() => fs.rmSync(base, { recursive: true, force: true }));
  const root = path.join(base, 'action');
  const temp = path.join(base, 'temp');
  const helper = path.join(root, 'dist', folder, 'ci-optimizer');
  fs.mkdirSync(temp);
  fs.mkdirSync(path.dirname(helper), { recursive: true });
  fs.cpSync(path.join(repository, 'action.yml'), path.join(root, 'action.yml'));
  fs.cpSync(path.join(repository, 'dist/hooks'), path.join(root, 'dist/hooks'), { recursive: true });
  fs.copyFileSync(helperFile, helper);
  fs.chmodSync(helper, 0o644); // a checkout from a zip file loses the executable bit
  const digest = createHash('sha256').update(fs.readFileSync(helper)).digest('hex');
  fs.writeFileSync(path.join(root, 'dist/SHA256SUMS'), `${digest}  ${folder}/ci-optimizer\n`);
  return { base, root, temp, helper };
}
