// Trees for the tests: made with everything that a cache may hold, and described with all that a restore gives back.
import { randomBytes } from "node:crypto";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";

// Makes the tree at `folder`.
export function makeTree(folder) {
  const at = (...names) => path.join(folder, ...names);
  const file = (name, contents, mode = 0o644) => {
    fs.mkdirSync(path.dirname(at(name)), { recursive: true });
    fs.writeFileSync(at(name), contents);
    fs.chmodSync(at(name), mode);
  };
  file("a file", "contents\n");
  file("empty", "");
  file("program", randomBytes(600_000), 0o755);
  file("large", randomBytes(9_000_001), 0o600);
  file(`${"d".repeat(90)}/${"n".repeat(200)}`, "long");
  file("ünïcode/x", "y");
  file("read-only/module.go", "package module\n", 0o444);
  fs.symlinkSync("a file", at("link"));
  fs.symlinkSync("t".repeat(150), at("long link"));
  fs.linkSync(at("program"), at("same program"));
  fs.mkdirSync(at("empty folder"));
  for (let i = 0; i < 500; i++) file(`many/${i % 10}/${i}`, `file ${i}\n`.repeat(i));
  for (const name of ["a file", "large", "empty folder", "many/1/1"]) fs.utimesSync(at(name), 1, 1_600_000_000.25);
  fs.lutimesSync(at("link"), 1, 1_500_000_000);
  fs.chmodSync(at("read-only"), 0o555);
}

// Gives some of the tree to owners without a name (tar prefers names where it has any). Only root can.
export function giveAway(folder) {
  if (process.getuid() !== 0) return;
  for (const name of ["a file", "link", "empty folder"]) fs.lchownSync(path.join(folder, name), 54_321, 65_432);
}

// Path -> type, mode, owner, time, contents of everything in `folder`, itself too; names of one file are told by the first.
export function describeTree(folder) {
  const found = {};
  const names = new Map();
  const visit = (name) => {
    const file = path.join(folder, name);
    const status = fs.lstatSync(file, { bigint: true });
    let text = `${status.mode.toString(8)} ${status.uid}:${status.gid} ${status.mtimeNs}`;
    if (status.isSymbolicLink()) text += ` -> ${fs.readlinkSync(file)}`;
    if (status.isFile()) {
      text += ` ${createHash("sha256").update(fs.readFileSync(file)).digest("hex")}`;
      if (status.nlink > 1n) {
        if (!names.has(status.ino)) names.set(status.ino, name);
        text += ` same as ${names.get(status.ino)}`;
      }
    }
    found[name] = text;
    if (status.isDirectory()) for (const entry of fs.readdirSync(file).sort()) visit(path.join(name, entry));
  };
  visit(".");
  return found;
}

// Removes a tree, folders without write permission too.
export function removeTree(folder) {
  if (!fs.existsSync(folder)) return;
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) fs.chmodSync(path.join(entry.parentPath ?? entry.path, entry.name), 0o755);
  }
  fs.rmSync(folder, { recursive: true });
}
