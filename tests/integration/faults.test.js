'use strict';
// A misbehaving mirror: every fault ends inside the phase's deadline and tells its story, and a second mirror helps.
const test = require('node:test');
const assert = require('node:assert/strict');
const { Archive, native, source } = require('./lib/archive');
const { serve } = require('./lib/server');
const { scene, ended, whole } = require('./lib/scene');

const limit = { timeout: 60_000 };
const large = [{ name: 'alpha', bytes: 300_000 }];
const small = 'apt:\n  stall: 3s\n  min-rate: 20000\n  deadlines: { update: 12s, download: 12s, install: 30s }\n';
const allowed = 2 * 12 + 3; // seconds: one automatic second try, and the rest of the run

const faults = [
  // What came before a stall may still lie in the window over which the speed is judged.
  { name: 'stalls', fault: { stall: true }, kind: /^(stalled|trickling)$/ },
  { name: 'trickles at 5 kB/s', fault: { trickle: 5000 }, kind: /^trickling$/ },
  { name: 'answers 404', fault: { status: 404 }, kind: /^http-404$/ },
  { name: 'answers 503', fault: { status: 503 }, kind: /^http-error$/ },
  { name: 'sends wrong bytes', fault: { wrong: true }, kind: /^hash-mismatch$/ },
  { name: 'resets the connection', fault: { reset: true }, kind: /^connection$/ },
];
const places = [
  { name: 'package list', pattern: /Packages/, phase: 'update' },
  { name: 'package', pattern: /\.deb$/, phase: 'download' },
];

test('faults of a mirror', { concurrency: 4 }, async (t) => {
  for (const place of places) {
    for (const { name, fault, kind } of faults) {
      await Promise.all([
        t.test(`a mirror that ${name} on a ${place.name}`, limit, () => scene(large, async ({ archive, server, root }) => {
          archive.publish({ fillers: 300 });
          server.fault(place.pattern, fault);
          const result = await root.optimize('alpha', { config: small });
          ended(result, 4);
          assert.ok(result.seconds < allowed, `took ${result.seconds} s`);
          const problem = root.record().problems.find((one) => one.level === 'failure');
          assert.match(problem.kind, kind, JSON.stringify(problem));
          assert.equal(problem.phase, place.phase);
          assert.equal(problem.host, server.host);
          assert.ok(problem.seconds > 0 && problem.hint !== undefined, JSON.stringify(problem));
          const error = result.stderr.split('\n').filter((line) => line.startsWith('ci-optimizer: error:'));
          assert.equal(error.length, 1, result.stderr);
          for (const part of [problem.kind, place.phase, server.host]) assert.ok(error[0].includes(part), `${part} in: ${error[0]}`);
          assert.match(result.stderr, /hint: /);
        })),
        t.test(`a second mirror helps when the first ${name} on a ${place.name}`, limit, () => scene(large, async ({ archive, server, root }) => {
          archive.publish({ fillers: 300 });
          const good = await serve(archive.folder);
          try {
            server.fault(place.pattern, fault);
            const result = await root.optimize('alpha', { config: `${small}  mirrors: [${good.url}]\n` });
            ended(result, 0);
            assert.ok(good.requests.length > 0, 'the second mirror was asked');
            assert.ok(result.seconds < allowed, `took ${result.seconds} s`);
            const warnings = root.record().problems.filter((one) => one.level === 'warning');
            assert.ok(warnings.some((one) => one.host === server.host), JSON.stringify(warnings));
            await whole(root, ['alpha']);
          } finally {
            await good.close();
          }
        })),
      ]);
    }
  }
});

for (const [name, pattern] of [['Release file', /Release$/], ['whole archive', /./]]) {
  test(`a mirror that stalls before its ${name} is given up in time`, limit, () => scene(large, async ({ server, root }) => {
    server.fault(pattern, { delay: 100_000 });
    const result = await root.optimize('alpha', { config: small });
    ended(result, 4);
    assert.ok(result.seconds < allowed, `took ${result.seconds} s`);
    assert.match(root.record().problems.at(-1).kind, /^stalled$/);
  }));
}

test('an archive that a newer one has replaced leads to fresh lists, then to success', limit, () =>
  scene(large, async ({ archive, server, root }) => {
    ended(await root.run(['apt-get', 'update']), 0);
    archive.remove('alpha');
    archive.add({ name: 'alpha', version: '1.1' });
    archive.publish();
    ended(await root.optimize('alpha'), 0);
    assert.ok(server.requests.some((asked) => asked.endsWith(`alpha_1.0_${native}.deb`)), 'the replaced archive was asked for');
    assert.equal((await root.installed()).get('alpha').version, '1.1');
  }));

test('fresh lists are not fetched again', limit, () => scene(large, async ({ server, root }) => {
  ended(await root.run(['apt-get', 'update']), 0);
  server.requests.length = 0;
  ended(await root.optimize('alpha'), 0);
  assert.deepEqual(server.requests, [`/pool/alpha_1.0_${native}.deb`]);
}));

for (const [name, fault] of [['answers 403', { status: 403 }], ['answers 503', { status: 503 }], ['sends a wrong package list', { wrong: true }]]) {
  test(`a foreign source that ${name} and is not needed is a warning`, limit, () => scene(large, async ({ server, root }) => {
    const foreign = new Archive();
    foreign.add({ name: 'gamma' });
    foreign.publish();
    const other = await serve(foreign.folder);
    try {
      other.fault(fault.wrong ? /Packages/ : /./, fault);
      root.sources(source(server.url), source(other.url));
      ended(await root.optimize('alpha', { config: small }), 0);
      const { problems, status } = root.record();
      assert.equal(status, 'success');
      assert.ok(problems.some((one) => one.level === 'warning' && one.host === other.host), JSON.stringify(problems));
      await whole(root, ['alpha']);
    } finally {
      await other.close();
      foreign.dispose();
    }
  }));
}
