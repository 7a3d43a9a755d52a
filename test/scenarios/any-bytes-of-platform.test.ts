import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { notice } from '../support/creating.ts';
import { drive } from '../support/driving.ts';
import { asksForList, listAnswer } from '../support/raw-list.ts';
import { httpAnswer, type RawPlatform, startRawPlatform } from '../support/raw-platform.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

/** A failure names its seed and path, with which it is replayed. */
const numRuns = 150;

const job = JSON.stringify({ id: 100, status: 'NEW', destination: { datasetId: 'd' } });
const requests = {
  list: ['GET', '/jobs'],
  get: ['GET', '/jobs/100'],
  cancel: ['DELETE', '/jobs/100'],
  create: ['POST', '/jobs'],
} as const;

const operation = fc.constantFrom('list', 'get', 'cancel', 'create', 'create' as const);
/** What the server does with the connection when its bytes are out. */
const ending = fc.constantFrom('end', 'reset', 'keep');

const status = fc.oneof(
  fc.constantFrom(200, 201, 202, 204, 304, 400, 401, 403, 404, 407, 408, 409, 410, 422, 425, 429, 500, 503),
  fc.integer({ min: 0, max: 999 }),
);
const headerName = fc.constantFrom(
  'content-encoding',
  'content-type',
  'content-length',
  'transfer-encoding',
  'retry-after',
  'retry_after',
  'x-request-id',
  'location',
  'x-location',
  'connection',
  'keep-alive',
  'date',
  'set-cookie',
);
const headerValue = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('gzip', 'gzip, br', 'chunked', 'close', 'timeout=0', '0', '-1', '3244', 'application/json'),
  fc.constantFrom('text/html; charset=utf-16', '/data/core/ups/export/jobs/7', 'Sun Nov  6 08:49:37 1994'),
);
const headers = fc.array(fc.tuple(headerName, headerValue), { maxLength: 5 });
const body = fc.oneof(
  fc.constant(Buffer.from(job)),
  fc.json().map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
);

/** Something like HTTP, with any status, headers and body, that fit together or do not. */
const likeHttp = fc
  .record({ status, headers, body, withLength: fc.boolean() })
  .map(({ status, headers, body, withLength }) => {
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const length = withLength ? `content-length: ${body.length}\r\n` : '';
    return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} X\r\n${lines}${length}\r\n`, 'latin1'), body]);
  });

/** A good answer in which some bytes are others, are missing, or are there twice. */
const mutated = fc
  .array(
    fc.record({
      at: fc.nat(),
      change: fc.constantFrom('replace', 'remove', 'repeat', 'cut'),
      byte: fc.nat(255),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((changes) => {
    let bytes = Buffer.from(httpAnswer(200, { 'content-type': 'application/json' }, job));
    for (const { at, change, byte } of changes) {
      const index = at % Math.max(1, bytes.length);
      const [before, after] = [bytes.subarray(0, index), bytes.subarray(index)];
      if (change === 'replace') bytes = Buffer.concat([before, Buffer.from([byte]), after.subarray(1)]);
      else if (change === 'remove') bytes = Buffer.concat([before, after.subarray(1)]);
      else if (change === 'repeat') bytes = Buffer.concat([before, after.subarray(0, 9), after]);
      else bytes = Buffer.from(before);
    }
    return bytes;
  });

const anyBytes = fc.oneof(
  likeHttp,
  mutated,
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
);

let lastId = 100;
/** Platform gives each new job another id; of the same length here, so that all else stays. */
function withIdOfItsOwn(bytes: Uint8Array): Uint8Array {
  lastId = lastId === 999 ? 101 : lastId + 1;
  return Buffer.from(
    Buffer.from(bytes).toString('latin1').replaceAll('"id":100', `"id":${lastId}`),
    'latin1',
  );
}

/** With these nothing was carried out, so a create may be sent again. */
const notCarriedOut = /^HTTP\/1\.[01] (?:401|403|425|429)\b/;

describe('whatever bytes Platform answers with', () => {
  let answer: { bytes: Uint8Array; ending: string; isListed: boolean };
  let platform: RawPlatform;
  let service: ServiceUnderTest;
  beforeAll(async () => {
    platform = await startRawPlatform((socket, _count, head) => {
      if (answer.isListed && asksForList(head)) return listAnswer();
      socket.write(answer.bytes);
      if (answer.ending === 'end') socket.end();
      if (answer.ending === 'reset') setImmediate(() => socket.resetAndDestroy());
      return undefined;
    });
    service = await startServiceUnderTest({
      env: { PLATFORM_URL: platform.url },
      platform: {
        mostRetries: 2,
        breaker: { failuresToOpen: 1_000, openMs: 1 },
        headersTimeoutMs: 600_000,
        bodyTimeoutMs: 600_000,
      },
    });
  });
  afterAll(async () => {
    await service.stop();
    await platform[Symbol.asyncDispose]();
  });

  /** @param isListed whether the list, in which a create is looked for, is a good one without any job */
  async function ask(bytes: Uint8Array, route: keyof typeof requests, ends: string, isListed = false) {
    // Past the pause of a 429.
    service.emulator.clock.advance(3_600_000);
    answer = { bytes: route === 'create' ? withIdOfItsOwn(bytes) : bytes, ending: ends, isListed };
    const before = platform.requests.length;
    const [method, path] = requests[route];
    const call = service.send(
      method,
      path,
      route === 'create' ? { body: { datasetId: 'd', allProfiles: true } } : {},
    );
    // It also holds the answer against the OpenAPI document.
    const { value, tookMs } = await drive(service, call, { hangs: true });
    const sent = platform.requests.slice(before).filter((head) => !head.startsWith('GET'));
    return { value, tookMs, sent };
  }

  it('a caller gets a job or a problem within the deadline, and a create is sent once, whose list has its own deadline', async () => {
    await fc.assert(
      fc.asyncProperty(anyBytes, operation, ending, async (bytes, route, ends) => {
        const { value, tookMs, sent } = await ask(bytes, route, ends);
        expect(value.body.code).not.toBe('internal-error');
        expect([200, 201, 202, 404, 422, 502, 503, 504]).toContain(value.status);
        const isLookedFor = /^create-/.test(value.body.code);
        expect(tookMs).toBeLessThanOrEqual(isLookedFor ? 61_000 : 31_000);
        if (isLookedFor) expect([route, value.status, value.body.retryable]).toEqual(['create', 504, false]);
        if (route === 'create' && !notCarriedOut.test(Buffer.from(bytes).toString('latin1'))) {
          expect(sent).toHaveLength(1);
        }
      }),
      { numRuns },
    );
  }, 60_000);

  it('a create whose list can be read is never of unknown outcome, within the deadline', async () => {
    await fc.assert(
      fc.asyncProperty(anyBytes, ending, async (bytes, ends) => {
        const { value, tookMs, sent } = await ask(bytes, 'create', ends, true);
        expect(tookMs).toBeLessThanOrEqual(31_000);
        if (notCarriedOut.test(Buffer.from(bytes).toString('latin1'))) return;
        expect(sent).toHaveLength(1);
        expect(value.body.code).not.toBe('create-outcome-unknown');
        // Anything else was not carried out, or names the job that it has started.
        const isNotConfirmed = value.body.code === 'create-not-confirmed';
        expect(String(value.body.detail).includes(notice)).toBe(isNotConfirmed);
      }),
      { numRuns },
    );
  }, 60_000);

  it('the next answer on the same connection, or on a new one, is read as it is', async () => {
    await fc.assert(
      fc.asyncProperty(anyBytes, ending, async (bytes, ends) => {
        await ask(bytes, 'get', ends);
        const { value } = await ask(
          httpAnswer(200, { 'content-type': 'application/json' }, job),
          'get',
          'keep',
        );
        expect([value.status, value.body.id]).toEqual([200, '100']);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
