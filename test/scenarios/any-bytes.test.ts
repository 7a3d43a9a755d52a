import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { until } from '../support/driving.ts';
import { checkAgainstOpenApiProblem } from '../support/openapi.ts';
import { openRawCaller } from '../support/raw-caller.ts';
import { readAnswers } from '../support/read-answers.ts';
import { type ServerConnections, watchServerConnections } from '../support/server-connections.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const json = '{"datasetId":"d","allProfiles":true}';
const chunks = `${json.length.toString(16)}\r\n${json}\r\n0\r\n\r\n`;
const valid = [
  'GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n',
  'GET /jobs?limit=2 HTTP/1.1\r\nhost: localhost\r\nprefer: wait=1\r\ncookie: a=b\r\n\r\n',
  'GET http://localhost/jobs/100 HTTP/1.1\r\nhost: localhost\r\nif-none-match: "a"\r\n\r\n',
  'DELETE /jobs/100 HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n{}',
  `POST /jobs HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${json.length}\r\n\r\n${json}`,
  `POST /jobs HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${chunks}`,
  'GET /livez HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
  'CONNECT localhost:1 HTTP/1.1\r\nhost: localhost:1\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nhost: localhost\r\n\r\n',
];

/** What goes wrong on the way, or is put there on purpose. */
const pieces = fc.constantFrom(
  ...[
    '\r\n',
    '\n',
    '\r',
    '\0',
    ' ',
    '\t',
    ':',
    ',',
    ';',
    '"',
    '%',
    '%zz',
    '\xff',
    '-1',
    '0',
    '0x',
    '/',
    '//',
    '?',
    '#',
  ],
  ...[
    'host: x\r\n',
    'content-length: 5\r\n',
    'transfer-encoding: chunked\r\n',
    'transfer-encoding: gzip, chunked\r\n',
  ],
  ...[
    'expect: 100-continue\r\n',
    'connection: close\r\n',
    'upgrade: h2c\r\n',
    'HTTP/1.0',
    'HTTP/2.0',
    '[::1]',
  ],
);
const bytes = fc.uint8Array({ maxLength: 200 }).map((some) => Buffer.from(some).toString('latin1'));
const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.nat({ max: 20 }),
  put: fc.oneof({ weight: 3, arbitrary: pieces }, { weight: 1, arbitrary: bytes }),
});
const mutated = fc
  .tuple(fc.constantFrom(...valid), fc.array(change, { maxLength: 3 }))
  .map(([text, changes]) =>
    changes.reduce((one, { at, removed, put }) => {
      const begin = Math.floor(at * one.length);
      return one.slice(0, begin) + put + one.slice(begin + removed);
    }, text),
  );
const requests = fc.array(fc.oneof({ weight: 5, arbitrary: mutated }, { weight: 1, arbitrary: bytes }), {
  minLength: 1,
  maxLength: 3,
});
const end = fc.constantFrom('half-close', 'reset', 'silence');

describe('any bytes on a connection', () => {
  let service: ServiceUnderTest;
  let connections: ServerConnections;
  const uncaught: unknown[] = [];
  const note = (fault: unknown) => uncaught.push(fault);
  beforeAll(async () => {
    process.on('unhandledRejection', note).on('uncaughtException', note);
    const server = { keepAliveTimeoutMs: 20, headersTimeoutMs: 40, requestTimeoutMs: 60 };
    service = await startServiceUnderTest({ server });
    connections = watchServerConnections(service.url);
    await service.send('GET', '/jobs');
  });
  afterAll(async () => {
    process.off('unhandledRejection', note).off('uncaughtException', note);
    connections.stop();
    await service.stop();
  });

  it('crash nothing, hang nowhere, and are answered by nothing but what is documented', async () => {
    await fc.assert(
      fc.asyncProperty(requests, fc.integer({ min: 1, max: 400 }), end, async (texts, cut, how) => {
        const caller = await openRawCaller(service.url);
        const text = texts.join('');
        // In two packets, so that anything may be cut anywhere.
        await caller.send(text.slice(0, cut));
        if (text.length > cut && !caller.socket.destroyed) await caller.send(text.slice(cut)).catch(() => {});
        if (how === 'half-close') caller.halfClose();
        if (how === 'reset') caller.reset();
        await until(() => {
          // Whoever waits for news, and whoever was refused and does not go.
          service.emulator.clock.advance(50);
          return connections.open() === 0;
        });
        expect(uncaught).toEqual([]);
        if (how === 'reset') return;
        for (const { status, headers, body } of readAnswers(caller.received())) {
          expect(status).not.toBe(500);
          expect([200, 201, 202, 304].includes(status) || status >= 400).toBe(true);
          expect(headers['x-request-id']).toBeDefined();
          if (status >= 400) checkAgainstOpenApiProblem(status, JSON.parse(body));
        }
      }),
      { numRuns: 300 },
    );
    expect((await service.send('GET', '/livez')).status).toBe(200);
    expect(service.logLines().filter(({ code }) => code === 'internal-error')).toEqual([]);
  });
});
