'use strict';
// Go modules for tests: a module proxy in a folder (go.dev/ref/mod, "GOPROXY protocol"), made from sources on this machine,
// and a module to build.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const zlib = require('node:zlib');

const debianSources = '/usr/share/gocode/src';

const crcTable = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

function crc32(bytes) {
  let c = 0xffffffff;
  for (const byte of bytes) c = crcTable[(c ^ byte) & 0xff] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

// A ZIP archive of [name, contents] pairs.
function zip(files) {
  const parts = [];
  const central = [];
  let offset = 0;
  for (const [name, contents] of files) {
    const title = Buffer.from(name);
    const packed = zlib.deflateRawSync(contents, { level: 1 });
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4); // deflate
    common.writeUInt16LE(0x21, 8); // 1980-01-01
    common.writeUInt32LE(crc32(contents), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(contents.length, 18);
    common.writeUInt16LE(title.length, 22);
    parts.push(Buffer.from('PK\x03\x04'), common, title, packed);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    central.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, place, title);
    offset += 30 + title.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, directory, Buffer.from('PK\x05\x06'), end]);
}

function filesBelow(folder, name = '') {
  return fs.readdirSync(path.join(folder, name), { withFileTypes: true }).flatMap((entry) => {
    const below = path.posix.join(name, entry.name);
    const file = path.join(folder, below);
    if (entry.isDirectory()) return fs.existsSync(path.join(file, 'go.mod')) ? [] : filesBelow(folder, below);
    return entry.isFile() ? [[below, fs.readFileSync(file)]] : [];
  });
}

// Puts a version of a module into the proxy: `files` are [name, contents] pairs, go.mod among them. Returns its ZIP archive,
// which may be given as `archive` when it was made before.
function publish(proxy, module, version, files, archive = zip(files.map(([name, contents]) => [`${module}@${version}/${name}`, Buffer.from(contents)]))) {
  const folder = path.join(proxy, module, '@v');
  fs.mkdirSync(folder, { recursive: true });
  fs.appendFileSync(path.join(folder, 'list'), `${version}\n`);
  fs.writeFileSync(path.join(folder, `${version}.info`), JSON.stringify({ Version: version, Time: '2023-01-01T00:00:00Z' }));
  fs.writeFileSync(path.join(folder, `${version}.mod`), files.find(([name]) => name === 'go.mod')[1]);
  fs.writeFileSync(path.join(folder, `${version}.zip`), archive);
  return archive;
}

const archives = new Map(); // of Debian's modules by what they are of, since one takes half a second

// Publishes a module of Debian's golang-*-dev packages, requiring only what `requires` says.
function publishDebian(proxy, module, version, requires = []) {
  const lines = requires.map(([name, needed]) => `require ${name} ${needed}\n`).join('');
  const goMod = ['go.mod', `module ${module}\n\ngo 1.17\n\n${lines}`];
  const key = JSON.stringify([module, version, requires]);
  const sources = () => filesBelow(path.join(debianSources, module)).filter(([name]) => name !== 'go.mod' && name !== 'go.sum');
  const made = archives.get(key);
  archives.set(key, made ? publish(proxy, module, version, [goMod], made) : publish(proxy, module, version, [goMod, ...sources()]));
}

const hasGo = spawnSync('go', ['version']).status === 0;
const hasSources = fs.existsSync(path.join(debianSources, 'golang.org/x/text'));
const skip = hasGo && hasSources ? false : 'needs golang-go and golang-golang-x-text-dev';

// The settings under which go commands use `proxy` and nothing else.
function goEnvironment(proxy, home) {
  return { GOPROXY: `file://${proxy}`, GONOSUMDB: '*', GONOSUMCHECK: '1', GOFLAGS: '', GOSUMDB: 'off', GOTOOLCHAIN: 'local', GOENV: 'off', HOME: home };
}

module.exports = { publish, publishDebian, goEnvironment, skip, debianSources };
