'use strict';
// What our installation leaves, held against what plain apt-get leaves on another copy of the same machine.
const test = require('node:test');
const { ended } = require('./lib/scene');
const { Root } = require('./lib/root');
const { assertEqualContents } = require('./lib/twins');

const long = process.env.CI_OPTIMIZER_LONG === '1' ? {} : { skip: 'takes minutes: scripts/test --long' };

// docs/DELTA.md, "varies": what differs between two installations by plain apt-get too.
const varies = new RegExp(`^/(${['etc/machine-id', 'var/lib/dbus/machine-id', 'etc/ssl/private/ssl-cert-snakeoil\\.key', 'etc/ssl/certs/ssl-cert-snakeoil\\.pem',
  'etc/ssl/certs/java/cacerts', 'var/cache/fontconfig/[^/]+', 'var/cache/man/.+', 'var/lib/texmf/.+', 'var/lib/postgresql/.+',
  'usr/(lib/python3[^/]*|share/python3)/.+\\.pyc'].join('|')})$`);

for (const packages of ['ca-certificates', 'ffmpeg libglib2.0-0 libgl1 fonts-dejavu-core', 'postgresql', 'openjdk-17-jre-headless', 'man-db nginx',
  'texlive-latex-base', 'qemu-user-static', 'python3-numpy']) {
  test(`${packages}: the same tree as after apt-get install`, { timeout: 900_000, ...(packages === 'ca-certificates' ? {} : long) }, async () => {
    const roots = [new Root()];
    const [base] = roots;
    try {
      ended(await base.run(['apt-get', '-q', 'update']), 0);
      const [plain, ours] = [0, 1].map(() => roots[roots.push(new Root({ copyOf: base })) - 1]);
      ended(await plain.run(['apt-get', 'install', '-q', '-y', ...packages.split(' ')], { env: { DEBIAN_FRONTEND: 'noninteractive' }, limit: 400_000 }), 0);
      ended(await ours.optimize(packages, { args: ['--cache', 'off'], limit: 400_000 }), 0);
      assertEqualContents(plain, ours, (name) => varies.test(name));
    } finally {
      for (const root of roots) root.dispose();
    }
  });
}
