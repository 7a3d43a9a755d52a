import { describe, expect, it } from '@jest/globals';
import type { Operation, PlatformAnswer } from '../../../src/platform/call.ts';
import { PlatformFailed } from '../../../src/platform/errors.ts';
import { judge } from '../../../src/platform/judge.ts';
import { Fault } from '../../../src/problems/fault.ts';

const bodies = {
  sentence: JSON.stringify({ errors: { 400: [{ code: 400, message: 'Dataset not found' }] } }),
  gateway: JSON.stringify({ error_code: '404000', message: 'Resource not found' }),
  json: '{}',
  empty: '',
  html: '<html><h1>Not Found</h1></html>',
};
type Body = keyof typeof bodies;
const operations: readonly Operation[] = ['list', 'get', 'create', 'cancel'];
const shapes: readonly Body[] = ['sentence', 'gateway', 'json', 'empty', 'html'];
const own: readonly Body[] = ['sentence', 'gateway', 'json', 'empty'];

function codeOf(operation: Operation, status: number, body: Body): string {
  const answer: PlatformAnswer = { status, headers: {}, text: bodies[body] };
  try {
    judge(answer, { operation, nowMs: 0 });
    return 'fine';
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    const { code } = fault as Fault & { code: string };
    return fault.details.mayHaveRun ? `${code}, may have run` : code;
  }
}

interface Row {
  readonly statuses: readonly number[];
  readonly operations?: readonly Operation[];
  readonly bodies?: readonly Body[];
  readonly code: string;
}

const many = (first: number, last: number, ...except: number[]) =>
  Array.from({ length: last - first + 1 }, (_, nth) => first + nth).filter((one) => !except.includes(one));

const single: readonly Operation[] = ['get', 'cancel'];
const reading: readonly Operation[] = ['list', 'get', 'cancel'];
const asked = [400, 409, 412, 414, 416, 422, 423, 424, 428];
const setUp = [405, 406, 407, 411, 417, 421, 426, 431, 501, 505, 511];
const unexpected = many(400, 499, 400, 401, 402, 403, 404, 408, 410, 413, 425, 429, 499, ...asked, ...setUp);

/** What each status means for each call, by who speaks. The first row that fits counts. */
const table: readonly Row[] = [
  // These say that the same request belongs elsewhere, so nothing came of it here (RFC 9110, 15.4.2, 15.4.8, 15.4.9).
  { statuses: [301, 307, 308], code: 'platform-misconfigured' },
  // A redirect is not followed: it would carry the credential along.
  { statuses: many(300, 399), operations: ['create'], code: 'platform-malformed, may have run' },
  { statuses: many(300, 399), code: 'platform-malformed' },
  { statuses: [401, 402, 403], code: 'platform-refused-us' },
  { statuses: [429], code: 'platform-throttled' },
  // The operator's: an address, a proxy (407), a portal (511), another server.
  { statuses: setUp, code: 'platform-misconfigured' },
  // Only Platform can say that there is no such job; a balancer without servers behind it says so of everything.
  { statuses: [404, 410], operations: single, bodies: own, code: 'job-not-found' },
  { statuses: [404, 410], operations: single, bodies: ['html'], code: 'platform-failed' },
  // There is always a list, and a place to start a job: what a new job names may be missing.
  { statuses: [404, 410], operations: ['create'], bodies: ['sentence'], code: 'job-refused' },
  { statuses: [404, 410], code: 'platform-misconfigured' },
  { statuses: [413], operations: ['create'], code: 'job-refused' },
  { statuses: [...asked, 413], bodies: own, code: 'job-refused' },
  { statuses: [408, 499], operations: ['create'], code: 'platform-failed, may have run' },
  { statuses: [408, 425, 499], code: 'platform-failed' },
  { statuses: unexpected, bodies: ['sentence', 'gateway'], code: 'job-refused' },
  { statuses: unexpected, bodies: ['json', 'empty'], code: 'platform-misconfigured' },
  { statuses: many(400, 499), bodies: ['html'], code: 'platform-failed' },
  { statuses: many(500, 599), operations: ['create'], code: 'platform-failed, may have run' },
  { statuses: many(500, 599), operations: reading, code: 'platform-failed' },
];

describe('what a status means', () => {
  it.each(operations)('is written down for each body that may come with it: %s', (operation) => {
    for (const status of many(300, 599)) {
      for (const body of shapes) {
        const row = table.find(
          (one) =>
            one.statuses.includes(status) &&
            (one.operations ?? operations).includes(operation) &&
            (one.bodies ?? shapes).includes(body),
        );
        expect([operation, status, body, codeOf(operation, status, body)]).toEqual([
          operation,
          status,
          body,
          row?.code,
        ]);
      }
    }
  });

  it.each([
    ['403 and 503020', 403, '503020', 'platform-failed'],
    ['400 and 400003', 400, '400003', 'platform-refused-us'],
  ])('is another one with a code of the gateway’s: %s', (_name, status, error_code, code) => {
    const answer = { status, headers: {}, text: JSON.stringify({ error_code }) };
    expect(() => judge(answer, { operation: 'get', nowMs: 0 })).toThrow(expect.objectContaining({ code }));
  });

  it('passes by itself where something else than Platform speaks', () => {
    const answer = { status: 404, headers: {}, text: bodies.html };
    try {
      judge(answer, { operation: 'get', nowMs: 0 });
    } catch (fault) {
      expect(fault).toBeInstanceOf(PlatformFailed);
      expect(fault).toMatchObject({ details: { mayHaveRun: false } });
    }
    expect.assertions(2);
  });
});
