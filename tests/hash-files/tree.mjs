// Small trees of files, from a plain description.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

// Makes `tree` below `folder`: path -> contents, or { link } for a symbolic link, or { directory: true }.
export function makeTree(folder, tree) {
  fs.mkdirSync(folder, { recursive: true });
  for (const [name, entry] of Object.entries(tree)) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    if (typeof entry === 'string') fs.writeFileSync(file, entry);
    else if (entry.link !== undefined) fs.symlinkSync(entry.link, file);
    else fs.mkdirSync(file);
  }
  return folder;
}

// A folder of its own that goes with the test `t`, by its real path; anybody may enter it.
export function temporaryFolder(t) {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'hash-files-')));
  fs.chmodSync(folder, 0o755);
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}
