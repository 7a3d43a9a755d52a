import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import request, { type Response } from 'supertest';
import { createMovableClock } from '../../emulator/movable-clock.ts';
import { createTicketStore } from '../../src/callers/ticket-store.ts';
import { createTickets } from '../../src/callers/tickets.ts';
import { createAnyone } from '../../src/http/callers/anyone.ts';
import { addSteps } from '../../src/http/router.ts';
import type { AuditRecorder } from '../../src/jobs/auditing/audit-recorder.ts';
import type { Jobs } from '../../src/jobs/jobs.ts';
import { silentLog } from '../../src/observability/log.ts';
import { checkAgainstOpenApi } from './openapi.ts';

/** All that HTTP makes of requests, with use cases that the test has written: for answers that are hard to bring about. */
export interface RoutesUnderTest extends AsyncDisposable {
  readonly url: string;
  /** Holds the answer against the OpenAPI document. */
  send(
    method: 'get' | 'post' | 'delete',
    path: string,
    options?: { headers?: Record<string, string>; body?: object },
  ): Promise<Response>;
}

const unexpected = () => {
  throw new Error('This use case is not asked for here.');
};

const noRecord: AuditRecorder = { describe() {}, observe() {}, record() {}, recordFault() {} };

export interface RoutesOptions {
  readonly idempotencyKeys?: 'optional' | 'required';
  /** Where the router is mounted; at the root unless given. */
  readonly at?: string;
}

export async function startRoutes(
  jobs: Partial<Jobs>,
  { idempotencyKeys = 'optional', at = '/' }: RoutesOptions = {},
): Promise<RoutesUnderTest> {
  const clock = createMovableClock();
  const most = { most: 10, mostForEachCaller: 10 };
  const router = express.Router({ caseSensitive: true });
  addSteps(router, {
    jobs: {
      list: unexpected,
      get: unexpected,
      waitForChange: unexpected,
      create: unexpected,
      rehearse: unexpected,
      cancel: unexpected,
      watch: unexpected,
      stopWatching: unexpected,
      openRecord: () => noRecord,
      close: unexpected,
      ...jobs,
    },
    tickets: createTickets({ store: createTicketStore({ lifeMs: 1_000, ...most, clock }), clock }),
    largestBodyBytes: 100_000,
    idempotencyKeys,
    streams: { ...most, heartbeatMs: 1_000, reconnectMs: 1_000 },
    notReadyBecause: () => undefined,
    identify: createAnyone(['prod']),
    countRequest: () => undefined,
    overload: { load: { lagMs: () => 0 }, lagMs: 1_000, retryAfterMs: 1_000 },
    clock,
    random: () => 0.5,
    log: silentLog,
  });
  const server = createServer(express().use(at, router));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port }: AddressInfo = Object(server.address());
  const url = `http://127.0.0.1:${port}`;

  return {
    url,
    async send(method, path, { headers = {}, body } = {}) {
      const call = request(url)
        [method](at === '/' ? path : at + path)
        .set(headers);
      const answer = await (body === undefined ? call : call.send(body));
      checkAgainstOpenApi(method.toUpperCase(), path, answer);
      return answer;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
