// Every call, every refusal, for ever: whatever comes of it, it comes in time and is true.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, test } from 'node:test';
import { assertLoaded, getting, store } from './programs.mjs';
import { Service } from './service.mjs';

const small = randomBytes(100_000);
const large = randomBytes(25 << 20); // four parts, four ranges

describe('a service that fails for ever', { concurrency: 8 }, () => {
  const calls = {
    HEAD: /^HEAD/,
    GET: getting,
    listing: /list-type=2/,
    PUT: /^PUT [^?]*$/,
    'create multipart': /^POST .*uploads=/,
    part: /partNumber=/,
    complete: /^POST .*uploadId=/,
    DELETE: /^DELETE/,
  };
  const lie = { status: 200, body: 'nonsense' };
  const faults = [400, 403, 404, 409, 412, 429, 500, 503].map((status) => ({ status, code: 'Refused' }));
  faults.push({ reset: true }, { stall: 10 }, { truncate: 10 }, lie);
  for (const [name, pattern] of Object.entries(calls)) {
    test(name, async () => {
      const broken = await new Service().start();
      const use = (args, input) => store(broken, args, { input, env: { STORE_BUDGET: '2' } });
      const whole = (args, input) => store(broken, args, { input });
      try {
        assert.equal((await whole(['save', 'there'], large)).outcome, 'saved');
        for (const [i, fault] of faults.entries()) {
          const shown = `${name} ${JSON.stringify(fault)}`;
          const input = name === 'PUT' ? small : large;
          const key = `key-${i}`;
          broken.fault(pattern, fault);
          const told = await Promise.all([use(['save', key], input), use(['load', 'there']), use(['load', 'no', 'the'])]);
          broken.mend();
          for (const { seconds } of told) assert.ok(seconds < 15, `${shown}: ${seconds} s`);
          // Who says that the object is not there is believed, too.
          if (name === 'HEAD' && fault.status === 404) assert.equal(told[1].outcome, 'none', shown);
          else if (told[1].outcome !== 'error') assertLoaded(told[1], large);
          if (told[2].outcome !== 'error') assertLoaded(told[2], large);
          const kept = await whole(['load', key]);
          if (kept.outcome !== 'none') assertLoaded(kept, input);
          // Who says that an object was stored and has not done so is believed.
          if (told[0].outcome === 'saved' && !(name === 'PUT' && fault === lie)) assertLoaded(kept, input);
        }
      } finally {
        await broken.stop();
      }
    });
  }
});
