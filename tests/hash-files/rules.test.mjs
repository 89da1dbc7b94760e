// One test a rule of hashFiles(): which files, in which order, and where it fails (docs/HASH_FILES.md).
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { expectedHash, hashFiles, run } from './command.mjs';
import { originalHashFiles } from './original.mjs';
import { makeTree, temporaryFolder } from './tree.mjs';

// rule(NAME, TREE, ROWS): each row is [patterns, files] or [patterns, files, options]; files null where it fails. The
// original is asked too: what is written here is its answer.
function rule(name, tree, rows) {
  test(name, async (t) => {
    const workspace = makeTree(path.join(temporaryFolder(t), 'work'), tree);
    for (const [patterns, files, options] of rows) {
      const lines = [patterns].flat().map((one) => one.replaceAll('$WS', workspace));
      const original = await originalHashFiles(workspace, lines, options);
      assert.deepEqual(original.files ?? null, files, `the original: ${JSON.stringify(patterns)}: ${original.error ?? ''}`);
      const result = hashFiles(workspace, lines, options);
      const label = `${JSON.stringify(patterns)}${options?.follow ? ', following' : ''}: ${result.stderr ?? ''}`;
      assert.deepEqual(result.files ?? null, files, label);
      assert.equal(result.hash, files && expectedHash(workspace, files), label);
    }
  });
}

const names = (...files) => Object.fromEntries(files.map((file) => [file, `contents of ${file}`]));

rule('lines are trimmed, empty ones and comments dropped, arguments are lines too', names('a', 'b', '#c'), [
  ['  a \n\n\t#b\n', ['a']],
  [['b', 'a'], ['b', 'a']],
  [['a\nb', '', '#'], ['a', 'b']],
  ['./#c', ['#c']],
  ['', []],
]);

rule('an exclamation mark leaves out, two take in, and the last match wins', names('go.sum', 'v/a/go.sum', 'v/go.sum', '!x'), [
  ['**/go.sum\n!v', ['go.sum']],
  ['**/go.sum\n!**/v/**', ['go.sum']],
  ['**/go.sum\n!v/**\nv/a/go.sum', ['go.sum', 'v/a/go.sum']],
  ['!**\n**/go.sum', ['go.sum', 'v/a/go.sum', 'v/go.sum']],
  ['!!go.sum', ['go.sum']],
  ['go.sum\n!  go.sum', []],
  ['go.sum\n! ! ! go.sum', []],
  ['\\!x', ['!x']],
  ['./!x', ['!x']],
  ['!', null],
]);

rule('patterns are relative to the workspace, with ~ to HOME; files outside it do not count', names('home/a', 'b'), [
  ['./b', ['b']],
  ['.', ['b', 'home/a']],
  ['$WS/b', ['b']],
  ['$WS', ['b', 'home/a']],
  ['/etc/passwd', []],
  ['/etc/passwd\nb', ['b']],
  ['~/a', null, { env: { HOME: '' } }],
  ['~/a', null, { env: { HOME: 'relative' } }],
  ['~x', []],
  ['home//a', ['home/a']],
]);

test('~ is HOME', (t) => {
  const workspace = makeTree(path.join(temporaryFolder(t), 'work'), names('home/a', 'b'));
  for (const pattern of ['~', '~/a', '~/*']) {
    assert.deepEqual(hashFiles(workspace, [pattern], { env: { HOME: path.join(workspace, 'home') } }).files, ['home/a'], pattern);
  }
});

rule('segments . and .. are refused but for a . at the beginning', names('a/b', '...', '..a'), [
  ['a/../a/b', null], ['..', null], ['./../work/a/b', null], ['a/./b', null], ['a/.', null], ['\\./a', null], ['!..', null],
  ['[.].', null], ['...', ['...']], ['..a', ['..a']], ['/..', null],
]);

rule('wildcards match dotfiles, braces and extended globs are literal', names('.a.go', '.git/x.go', 'a.go', '{a,b}.go', '@(a|b)', 'A.go'), [
  ['*.go', ['.a.go', 'A.go', 'a.go', '{a,b}.go']],
  ['**/*.go', ['.a.go', '.git/x.go', 'A.go', 'a.go', '{a,b}.go']],
  ['{a,b}.go', ['{a,b}.go']],
  ['@(a|b)', ['@(a|b)']],
  ['?.go', ['A.go', 'a.go']],
  ['[a-z].go', ['a.go']],
  ['[!a].go', ['A.go']],
  ['[^a].go', ['A.go']],
  ['a.[g]o', ['a.go']],
  ['\\a.go', ['a.go']],
  ['\\*.go', []],
]);

rule('** is a globstar only as a whole segment', names('a1/b', 'a2', 'x/a3'), [
  ['a**', ['a1/b', 'a2']],
  ['**a2', ['a2']],
  ['**a3', []],
  ['**/a3', ['x/a3']],
  ['x/**/a3', ['x/a3']],
  ['a2/**', ['a2']],
  ['**', ['a1/b', 'a2', 'x/a3']],
  ['**/**', ['a1/b', 'a2', 'x/a3']],
]);

rule('whatever lies below a match matches; a slash at the end asks for a directory', names('d.go/in/x.txt', 'e.go', 'v/a'), [
  ['**/*.go', ['d.go/in/x.txt', 'e.go']],
  ['v', ['v/a']],
  ['v/', ['v/a']],
  ['e.go/', []],
  ['**/*.go\n!d.go/', ['e.go']],
  ['**\n!e.go/', ['d.go/in/x.txt', 'e.go', 'v/a']],
]);

rule('order: pattern by pattern unless one contains the other; names of a directory by their bytes', {
  ...names('a/x', 'a-b/x', 'a.go', 'a.b/x', 'B', '0', '_', '~', 'é', 'z', '😀', 'ﬀ'),
}, [
  ['z\n0', ['z', '0']],
  ['z\n*', ['0', 'B', '_', 'a/x', 'a-b/x', 'a.b/x', 'a.go', 'z', '~', 'é', 'ﬀ', '😀']],
  ['a/x\na', ['a/x']],
  ['a.go\na/x\na.go', ['a.go', 'a/x']],
  ['a-b\na', ['a-b/x', 'a/x']],
]);

rule('an empty file counts, a missing one does not', { empty: '' }, [
  ['empty', ['empty']],
  ['missing', []],
  ['missing/deeper', []],
  ['empty/deeper', null],
]);

const links = {
  ...names('a.go', 'd/x.go'),
  'to-file.go': { link: 'a.go' }, 'to-directory': { link: 'd' }, 'to-directory.go': { link: 'd' }, 'd/up': { link: '..' }, 'outside.go': { link: '../outside.txt' },
};
test('links: to a file it is the file, to a directory it is entered only when links are followed', (t) => {
  const folder = temporaryFolder(t);
  fs.writeFileSync(path.join(folder, 'outside.txt'), 'outside');
  const workspace = makeTree(path.join(folder, 'work'), links);
  const kept = ['a.go', 'd/x.go', 'outside.go', 'to-file.go'];
  assert.deepEqual(hashFiles(workspace, ['**/*.go']), { hash: expectedHash(workspace, kept), files: kept });
  const followed = ['a.go', 'd/x.go', 'outside.go', 'to-directory/x.go', 'to-directory.go/x.go', 'to-file.go'];
  assert.deepEqual(hashFiles(workspace, ['**/*.go'], { follow: true }), { hash: expectedHash(workspace, followed), files: followed });
  assert.deepEqual(hashFiles(workspace, ['to-directory/x.go']).files, ['to-directory/x.go'], 'a literal path goes through the link');
  assert.deepEqual(hashFiles(workspace, ['to-directory/*.go']).files, [], 'a search does not begin in one');
  assert.deepEqual(hashFiles(workspace, ['to-directory/*.go'], { follow: true }).files, ['to-directory/x.go']);
});

rule('a broken link that matches fails, or is left out when links are followed', { a: 'a', broken: { link: 'nowhere' }, loop: { link: 'loop' } }, [
  ['*', null],
  ['a\nb*', null],
  ['*\n!broken\n!loop', ['a']],
  ['a', ['a']],
  ['broken', null],
  ['[ab]*', ['a'], { follow: true }],
  ['broken', [], { follow: true }],
  ['*', null, { follow: true }], // a link to itself is another error than a broken one
]);

test('what cannot be read fails, with the exit code of a missing permission', { skip: process.getuid() !== 0 && 'needs root to become another user' }, (t) => {
  const workspace = makeTree(path.join(temporaryFolder(t), 'work'), { ...names('open', 'secret', 'listed/x', 'closed/x') });
  fs.chmodSync(path.join(workspace, 'secret'), 0o600);
  fs.chmodSync(path.join(workspace, 'listed'), 0o744);
  fs.chmodSync(path.join(workspace, 'closed'), 0o711);
  const nobody = { uid: 65534, gid: 65534 };
  for (const [patterns, status] of [['secret', 77], ['listed/**', 77], ['closed/*', 77], ['**/nothing', 77], ['listed/x', 77], ['*\n!closed\n!listed\n!secret', 77]]) {
    const result = hashFiles(workspace, [patterns], nobody);
    assert.equal(result.status, status, patterns);
    assert.match(result.stderr, /^ci-optimizer: error: cannot .*: Permission denied$/m, patterns);
  }
  assert.deepEqual(hashFiles(workspace, ['open'], nobody).files, ['open']);
  assert.deepEqual(hashFiles(workspace, ['closed/x'], nobody).files, ['closed/x']);
});

test('a pipe or an endless device fails instead of waiting, /dev/null is empty', (t) => {
  const workspace = makeTree(path.join(temporaryFolder(t), 'work'), { zero: { link: '/dev/zero' }, null: { link: '/dev/null' } });
  execFileSync('mkfifo', [path.join(workspace, 'pipe')], { timeout: 5000 });
  assert.equal(hashFiles(workspace, ['pipe']).status, 74);
  assert.equal(hashFiles(workspace, ['zero']).status, 74);
  assert.deepEqual(hashFiles(workspace, ['null']), { hash: expectedHash(workspace, ['null']), files: ['null'] });
});

test('a name that is not UTF-8 is what JavaScript makes of it: absent', (t) => {
  const workspace = makeTree(path.join(temporaryFolder(t), 'work'), { a: 'a' });
  fs.writeFileSync(Buffer.concat([Buffer.from(`${workspace}/b`), Buffer.from([0xff])]), 'b');
  assert.equal(hashFiles(workspace, ['*']).status, 74);
  assert.deepEqual(hashFiles(workspace, ['*'], { follow: true }).files, ['a']);
  assert.deepEqual(hashFiles(workspace, ['a*']).files, ['a']);
});

test('a workspace with wildcards in its own name is taken literally', (t) => {
  const folder = temporaryFolder(t);
  for (const name of ['w[a]', 'w*', 'w?', 'w\\s', '[', 'a b']) {
    const workspace = makeTree(path.join(folder, name), { 'd/a.go': name });
    assert.deepEqual(hashFiles(workspace, ['**/*.go']).files, ['d/a.go'], name);
  }
});

test('the workspace is GITHUB_WORKSPACE, by its real path, else the working directory', (t) => {
  const folder = temporaryFolder(t);
  const workspace = makeTree(path.join(folder, 'work'), { a: 'a' });
  fs.symlinkSync('work', path.join(folder, 'link'));
  const plain = (cwd, env) => run(['hash-files', 'a'], { cwd, env }).stdout;
  const expected = `${expectedHash(workspace, ['a'])}\n`;
  assert.equal(plain('/', { GITHUB_WORKSPACE: workspace }), expected);
  assert.equal(plain('/', { GITHUB_WORKSPACE: path.join(folder, 'link') }), expected);
  assert.equal(plain(workspace), expected);
  assert.equal(run(['hash-files', 'a'], { cwd: '/', env: { GITHUB_WORKSPACE: path.join(folder, 'missing') } }).status, 74);
});

test('thousands of files and a few large ones give the one value', (t) => {
  const workspace = temporaryFolder(t);
  const files = [];
  for (let directory = 0; directory < 40; directory++) {
    fs.mkdirSync(path.join(workspace, `d${String(directory).padStart(2, '0')}`));
    for (let file = 0; file < 100; file++) {
      const name = `d${String(directory).padStart(2, '0')}/f${String(file).padStart(2, '0')}`;
      fs.writeFileSync(path.join(workspace, name), file === 50 ? Buffer.alloc(directory * 65_536 + directory, directory) : name);
      files.push(name);
    }
  }
  const expected = expectedHash(workspace, files);
  for (let again = 0; again < 5; again++) assert.deepEqual(hashFiles(workspace, ['**']), { hash: expected, files });
});

test('the command line: options, patterns that look like them, exit codes, output', (t) => {
  const workspace = makeTree(temporaryFolder(t), names('-x', '--y', 'a', 'b', '[a,b]', '{}', 'hash-files'));
  const listed = (...args) => run(['hash-files', '--explain', ...args], { cwd: workspace }).stdout.split('\n').slice(0, -2).map((line) => line.slice(66));
  assert.deepEqual(listed('a', '--', '-x', '--y'), ['a', '-x', '--y']);
  assert.deepEqual(listed('[a,b]'), ['a', 'b']);
  assert.deepEqual(listed('[[]a,b]', '{}'), ['[a,b]', '{}']);
  assert.deepEqual(listed('hash-files'), ['hash-files']);
  assert.equal(run(['hash-files', '--FOLLOW-Symbolic-Links', 'a'], { cwd: workspace }).status, 0);
  assert.equal(run(['hash-files', 'missing'], { cwd: workspace }).stdout, '\n');
  assert.deepEqual(JSON.parse(run(['hash-files', '--json', 'missing'], { cwd: workspace }).stdout), { hash: '' });
  assert.equal(run(['hash-files'], { cwd: workspace }).status, 64);
  assert.equal(run(['hash-files', '--other', 'a'], { cwd: workspace }).status, 64);
  const refused = run(['hash-files', 'a/..'], { cwd: workspace });
  assert.deepEqual([refused.status, refused.stdout], [64, '']);
  assert.match(refused.stderr, /^ci-optimizer: error: invalid pattern 'a\/\.\.': /);
});
