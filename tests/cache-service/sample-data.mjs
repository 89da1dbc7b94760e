// Makes the tree that caches are measured with: FILES small files as of a module cache, 300 object archives and one large
// program, with contents that compress about as such things do. The same for every run.
import fs from "node:fs";
import path from "node:path";

const MB = 1_000_000;

// A generator of numbers in [0, 1), xorshift32.
function numbers(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

// Text of lines like those of a programming language: few words are frequent, many are rare.
function sourceText(bytes, random) {
  const syllables = ["re", "con", "ta", "ser", "ver", "lo", "get", "set", "er", "ing", "new", "map", "er", "val", "key", "ctx"];
  const words = Array.from({ length: 6000 }, () => Array.from({ length: 2 + Math.floor(random() * 3) }, () => syllables[Math.floor(random() * 16)]).join(""));
  const word = () => words[Math.floor(6000 * random() ** 3)];
  const lines = [
    () => `\tif ${word()} != nil {\n\t\treturn ${word()}, err\n\t}\n`, () => `func (${word()[0]} *${word()}) ${word()}(${word()} string) error {\n`,
    () => `\t${word()} := ${word()}.${word()}(${word()}, ${Math.floor(random() * 4096)})\n`, () => "}\n\n", () => `// ${word()} ${word()} the ${word()} of ${word()}.\n`,
    () => `\t${word()}.${word()} = append(${word()}, &${word()}{${word()}: "${word()}-${word()}"})\n`,
  ];
  const pieces = [];
  for (let size = 0; size < bytes;) {
    const line = lines[Math.floor(random() * lines.length)]();
    pieces.push(line);
    size += line.length;
  }
  return Buffer.from(pieces.join("").slice(0, bytes), "latin1");
}

// Bytes like machine code: short sequences that come again, numbers that do not.
function machineCode(bytes, random) {
  const sequences = Array.from({ length: 3000 }, () => Buffer.from(Array.from({ length: 6 + Math.floor(random() * 22) }, () => Math.floor(256 * random() ** 2))));
  const code = Buffer.alloc(bytes);
  for (let at = 0; at < bytes;) {
    at += sequences[Math.floor(3000 * random() ** 2.5)].copy(code, at);
    for (let i = Math.floor(random() * 3); i > 0 && at < bytes; i--) code[at++] = Math.floor(random() * 256);
  }
  return code;
}

// Writes the tree into `folder`, which must not exist. Returns { files, bytes }.
export function makeSampleData(folder) {
  const random = numbers(20);
  const text = sourceText(96 * MB, random);
  const code = machineCode(64 * MB, random);
  let files = 0, bytes = 0;
  const write = (name, pool, size, mode) => {
    const from = Math.floor(random() * Math.max(1, pool.length - size));
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    const file = fs.openSync(path.join(folder, name), "w", mode);
    for (let left = size; left > 0; left -= pool.length) fs.writeSync(file, left >= pool.length ? pool : pool.subarray(from, from + left));
    fs.closeSync(file);
    files += 1;
    bytes += size;
  };
  for (let i = 0; i < 29_461; i++) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    write(`mod/example.com/m${i % 150}@v1.${i % 7}.0/pkg${i % 2100}/file${i}.go`, text, Math.min(2 * MB, Math.round(5100 * Math.exp(1.35 * normal))), 0o644);
  }
  for (let i = 0; i < 300; i++) write(`pkg/linux_amd64/lib${i}.a`, code, 1_050_000, 0o644);
  write("bin/program", code, 216 * 2 ** 20, 0o755);
  return { files, bytes };
}
