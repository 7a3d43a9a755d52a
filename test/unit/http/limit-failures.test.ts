import { expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { createMovableClock } from '../../../emulator/movable-clock.ts';
import { invalidCredential } from '../../../src/callers/errors.ts';
import { createFailureLimit } from '../../../src/callers/limits/failure-limit.ts';
import { createRequestCounter } from '../../../src/callers/limits/request-counter.ts';
import { authenticate } from '../../../src/http/callers/authenticate.ts';
import { limitFailures } from '../../../src/http/callers/limit-failures.ts';
import { answerWithProblem } from '../../../src/http/fallbacks.ts';
import { openContext } from '../../../src/http/request-context.ts';

/** Requests through a proxy on loopback that names each of `addresses` in turn; two may fail in a minute. */
async function failFrom(addresses: readonly string[], { trusted }: { trusted: boolean }) {
  const clock = createMovableClock();
  const failures = createFailureLimit({
    perMinute: 2,
    counter: createRequestCounter({ mostKeys: 100, clock }),
  });
  const identify = () => {
    throw invalidCredential('The key is not valid.');
  };
  const app = express().set('trust proxy', trusted ? 'loopback' : false);
  app.use(
    openContext({ clock, whenOver() {} }),
    authenticate(limitFailures(identify, failures)),
    answerWithProblem,
  );
  const statuses: number[] = [];
  for (const address of addresses) {
    statuses.push((await request(app).get('/').set('x-forwarded-for', address)).status);
  }
  return statuses;
}

it.each([
  ['the addresses that a trusted proxy names', ['203.0.113.1', '203.0.113.2', '203.0.113.3'], true],
  ['networks of IPv6 that it names', ['2001:db8:0:1::1', '2001:db8:0:2::1', '2001:db8:0:3::1'], true],
])('%s are counted apart', async (_what, addresses, trusted) => {
  expect(await failFrom(addresses, { trusted })).toEqual([401, 401, 401]);
});

it.each([
  ['the addresses that anybody else names', ['203.0.113.1', '203.0.113.2', '203.0.113.3'], false],
  ['the addresses of one network of IPv6', ['2001:db8::1', '2001:db8::2', '2001:DB8::3:4'], true],
  ['ports and names, which are no addresses', ['203.0.113.1:50001', '203.0.113.1:50002', 'x'], true],
  [
    'what the caller itself puts before its address',
    ['1.1.1.1, 9.9.9.9', '2.2.2.2, 9.9.9.9', '9.9.9.9'],
    true,
  ],
])('%s are counted as one', async (_what, addresses, trusted) => {
  expect(await failFrom(addresses, { trusted })).toEqual([401, 401, 429]);
});
