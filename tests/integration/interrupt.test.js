'use strict';
// Signals and deadlines at every phase: nothing outlives the run, the record tells, a rerun mends.
const test = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const { scene, ended, whole } = require('./lib/scene');
const { until } = require('./lib/root');

const limit = { timeout: 60_000 };
// A maintainer script that says it has begun and then takes its time, with a child, until /hurry exists.
const slow = 'test -e /hurry || { touch /started; sleep 600 & sleep 601; }';
const phases = [
  { name: 'update', packages: [{ name: 'alpha', bytes: 100_000 }], stall: /Packages/ },
  { name: 'download', packages: [{ name: 'alpha', bytes: 100_000 }], stall: /\.deb$/ },
  { name: 'unpack', packages: [{ name: 'alpha', preinst: slow }] },
  { name: 'configure', packages: [{ name: 'alpha', postinst: slow }] },
];

// Starts the run, resolves when it is in the phase.
async function begun({ server, root, phase, ...options }) {
  if (phase.stall) server.fault(phase.stall, { stall: true });
  const run = root.startOptimize('alpha', options);
  if (phase.stall) await server.asked(phase.stall);
  else await until(`the ${phase.name} phase`, () => root.exists('/started'));
  return run;
}

async function mended({ server, root }) {
  server.mend();
  root.write('/hurry', '');
  ended(await root.optimize('alpha'), 0);
  await whole(root, ['alpha']);
}

// dpkg notes that a package is unpacked before it withdraws its wish for a reinstallation.
test('a package that was killed when it was just unpacked is installed again', limit, () => scene(phases[0].packages, async ({ server, root }) => {
  ended(await root.optimize('alpha'), 0);
  const status = fs.readFileSync(root.at('/var/lib/dpkg/status'), 'utf8');
  root.write('/var/lib/dpkg/status', status.replace('Package: alpha\nStatus: install ok installed', 'Package: alpha\nStatus: install reinstreq unpacked'));
  assert.equal((await root.installed()).get('alpha').state, 'iUR');
  await mended({ server, root });
}));

for (const phase of phases) {
  for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]]) {
    test(`${signal} during ${phase.name}`, limit, () => scene(phase.packages, async ({ server, root }) => {
      const run = await begun({ server, root, phase });
      const sent = Date.now();
      run.signal(signal);
      const result = await run.done;
      ended(result, code);
      assert.ok(Date.now() - sent < 5000, `took ${Date.now() - sent} ms to end`);
      const record = root.record();
      assert.equal(record.status, 'cancelled');
      assert.equal(record.exit_code, code);
      await mended({ server, root });
    }));
  }

  test(`the deadline passes during ${phase.name}`, limit, () => scene(phase.packages, async ({ server, root }) => {
    const run = await begun({ server, root, phase, args: ['--deadline', '2s'] });
    const result = await run.done;
    ended(result, 5);
    assert.ok(result.seconds < 3, `took ${result.seconds} s`);
    const record = root.record();
    assert.equal(record.status, 'timed_out');
    assert.equal(record.exit_code, 5);
    await mended({ server, root });
  }));
}

test('a smoke test that hangs is stopped by the deadline', limit, () => scene(phases[0].packages, async ({ root }) => {
  ended(await root.optimize('alpha'), 0);
  const result = await root.optimize('alpha', { args: ['--smoke', 'sleep 600 & sleep 601', '--deadline', '2s'] });
  assert.ok([2, 5].includes(result.code), `exit code ${result.code}`);
  assert.equal(result.leftovers, '');
  assert.ok(result.seconds < 3.5, `took ${result.seconds} s`);
}));
