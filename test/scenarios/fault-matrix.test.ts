import { describe, expect, it } from '@jest/globals';
import type { Misbehaviour } from '../../emulator/misbehaviour.ts';
import { logged, notice } from '../support/creating.ts';
import { drive } from '../support/driving.ts';
import { startServiceUnderTest } from '../support/service-under-test.ts';

const operations = ['list', 'get', 'create', 'cancel'] as const;
type Operation = (typeof operations)[number];

/**
 * What a caller gets (a problem's code, or `fine`), how many calls arrive upstream, and the largest time in ms; and what
 * the log says of a fault that is not the answer, because what came of the create is looked for.
 */
type Cell = readonly [outcome: string, calls: number, withinMs: number, logged?: string];

interface Fault {
  readonly name: string;
  /** None: nobody listens, so nothing of a request is ever sent. */
  readonly how: Misbehaviour['how'] | undefined;
  /** Of list, get and cancel, which may all be sent again. */
  readonly again: Cell;
  readonly create: Cell;
  /** Of the token exchange, seen through a list. */
  readonly ims: Cell;
  readonly times?: number;
}

const answer = (status: number, body?: unknown, headers: Record<string, string> = {}) =>
  ({ kind: 'answer', status, headers, body }) as const;
const gateway = (status: number, error_code: string, headers?: Record<string, string>) =>
  answer(status, { error_code, message: 'said so' }, headers);
const throttled = (retryAfter?: string) =>
  gateway(429, '429050', retryAfter === undefined ? {} : { 'Retry-After': retryAfter });
const inThreeSeconds = new Date(Date.parse('2026-01-01T00:00:03Z')).toUTCString();

/** Three calls are one attempt and two retries, with two distances of 5 s at most or as Retry-After says. */
const thrice = (code: string): Cell => [code, 3, 11_000];
const once = (code: string): Cell => [code, 1, 0];
const twice = (code: string): Cell => [code, 2, 0];
/** Until the deadline of 30 s, give or take a step of the clock. */
const late = (calls: number): Cell => ['platform-timed-out', calls, 30_500];
const notConfirmed = 'create-not-confirmed';
/** A create that may have been carried out is sent once, and then looked for; the list does not show it. */
const lost = (logged: string, withinMs = 0): Cell => [notConfirmed, 1, withinMs, logged];
const lostInTime = lost('did not answer create in time (UND_ERR_ABORTED)', 30_500);
const noToken = once('token-unavailable');
const noTokenInTime: Cell = ['token-unavailable', 1, 10_500];

const row = (
  name: string,
  how: Fault['how'],
  again: Cell,
  create: Cell,
  ims: Cell = noToken,
  times?: number,
): Fault => ({ name, how, again, create, ims, ...(times !== undefined && { times }) });

const refused = 'platform-refused-us';
const failed = 'platform-failed';
const malformed = 'platform-malformed';
const unreachable = 'platform-unreachable';
const slow = 'platform-throttled';

/** The matrix: each fault; then list, get and cancel; then create; then the token exchange. */
const matrix: readonly Fault[] = [
  row('401013 once', gateway(401, '401013'), twice('fine'), twice('fine'), noToken, 1),
  row('401013 always', gateway(401, '401013'), twice(refused), twice(refused)),
  row('403010', gateway(403, '403010'), twice(refused), twice(refused)),
  row('403025', gateway(403, '403025'), once(refused), once(refused)),
  row('429 without Retry-After', throttled(), once(slow), once(slow)),
  row('429 with seconds', throttled('3'), thrice(slow), thrice(slow)),
  row('429 with a date', throttled(inThreeSeconds), thrice(slow), thrice(slow)),
  row('429 with 3244 s', throttled('3244'), once(slow), once(slow)),
  row('500', answer(500, { errorMessage: 'oops' }), thrice(failed), lost('answered create with 500 (oops)')),
  row('502 in HTML', { kind: 'html' }, thrice(failed), lost('answered create with 502 (no reason given)')),
  row(
    '503, empty, Retry_After: 300s',
    answer(503, undefined, { Retry_After: '300s' }),
    once(failed),
    lost('answered create with 503 (no reason given)'),
  ),
  row('a hang before headers', { kind: 'hang' }, late(3), lostInTime, noTokenInTime),
  row('a hang in the body', { kind: 'hang-in-body' }, late(3), lostInTime, noTokenInTime),
  row(
    'a reset before sending',
    undefined,
    [unreachable, 0, 11_000],
    [unreachable, 0, 11_000],
    ['token-unavailable', 0, 0],
  ),
  row(
    'a reset after sending',
    { kind: 'reset' },
    thrice(unreachable),
    lost('could not be reached for create, or broke off (ECONNRESET)'),
  ),
  row(
    'half a body',
    { kind: 'half-body' },
    thrice(unreachable),
    lost('could not be reached for create, or broke off (UND_ERR_SOCKET)'),
  ),
  row(
    'an endless body',
    { kind: 'endless-body' },
    once(malformed),
    lost('answered create with more than the largest answer that is read'),
  ),
  row(
    '200 with HTML',
    { kind: 'html', status: 200 },
    once(malformed),
    lost('answered create with 200 without JSON'),
  ),
  row(
    'a redirect',
    answer(302, undefined, { location: '/elsewhere' }),
    once(malformed),
    lost('answered create with a redirect (302), which is not followed'),
  ),
];

const statuses: Readonly<Record<string, number>> = {
  'create-not-confirmed': 504,
  'platform-refused-us': 502,
  'platform-throttled': 503,
  'platform-failed': 502,
  'platform-timed-out': 504,
  'platform-unreachable': 502,
  'platform-malformed': 502,
  'token-unavailable': 503,
};
const fine: Readonly<Record<Operation, number>> = { list: 200, get: 200, create: 201, cancel: 202 };
const requests: Readonly<Record<Operation, readonly [string, string, object?]>> = {
  list: ['GET', '/jobs'],
  get: ['GET', '/jobs/1'],
  create: ['POST', '/jobs', { datasetId: 'd', allProfiles: true }],
  cancel: ['DELETE', '/jobs/1'],
};

/** Nobody listens at the port of `discard` on this machine. */
const nobody = 'http://127.0.0.1:9';

async function meet(
  fault: Fault,
  operation: Operation,
  service: 'ims' | 'platform',
  [outcome, calls, withinMs, said]: Cell,
) {
  const isIms = service === 'ims';
  await using tested = await startServiceUnderTest({
    platform: { mostRetries: 2, headersTimeoutMs: 60_000, bodyTimeoutMs: 60_000 },
    env: fault.how ? {} : { [isIms ? 'IMS_URL' : 'PLATFORM_URL']: nobody },
  });
  const { emulator } = tested;
  // Older than any create of these tests.
  emulator.jobs.put('prod', { id: 1, status: 'NEW', creationTime: Date.parse('2025-12-31T00:00:00Z') });
  const route = isIms ? 'token' : operation;
  if (fault.how)
    emulator.misbehaviours.add({ route, how: fault.how, ...(fault.times && { times: fault.times }) });

  const [method, path, body] = requests[operation];
  const hangs = fault.how?.kind.startsWith('hang') ?? false;
  const { value, tookMs } = await drive(tested, tested.send(method, path, body ? { body } : {}), { hangs });

  const expected = outcome === 'fine' ? fine[operation] : statuses[outcome];
  expect([value.status, outcome === 'fine' ? 'fine' : value.body.code]).toEqual([expected, outcome]);
  expect(emulator.requests.all(route)).toHaveLength(calls);
  expect(tookMs).toBeLessThanOrEqual(withinMs);
  if (operation !== 'create') return;
  expect(emulator.requests.all('list')).toHaveLength(said === undefined ? 0 : 1);
  expect(String(value.body.detail).includes(notice)).toBe(said !== undefined);
  if (said === undefined) return;
  expect(value.body.retryable).toBe(false);
  expect(Number(value.headers['retry-after'])).toBeGreaterThan(0);
  expect(logged(tested).error).toBe(`Platform ${said}; the list does not show it`);
}

describe.each(matrix)('$name', (fault) => {
  it.each(operations)('met by %s', (operation) =>
    meet(fault, operation, 'platform', operation === 'create' ? fault.create : fault.again),
  );

  it('met by the token exchange', () => meet(fault, 'list', 'ims', fault.ims));
});
