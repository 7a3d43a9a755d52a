import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { anExport, createsOf, jobsOf, post } from '../support/creates-under-test.ts';
import { drive, settle, until } from '../support/driving.ts';
import { gateway, json } from '../support/failing.ts';
import { createFolder, type Folder } from '../support/folder.ts';
import { type LaterServer, reserveServer } from '../support/later-server.ts';
import {
  type ServiceUnderTest,
  type ServiceUnderTestOptions,
  startServiceUnderTest,
} from '../support/service-under-test.ts';

let folder: Folder;
let later: LaterServer;
let service: ServiceUnderTest;
beforeEach(async () => {
  folder = createFolder();
  later = await reserveServer();
});
afterEach(async () => {
  await service.stop();
  await later[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

interface Fault {
  readonly name: string;
  readonly code: string;
  readonly options?: () => ServiceUnderTestOptions;
  readonly begin?: () => unknown;
  readonly end?: () => unknown;
  /** What of the first request is not as it should be. */
  readonly wrong?: { readonly body?: object; readonly headers?: Record<string, string> };
  /** How many requests to create Platform has had, that of the second request among them; one unless given. */
  readonly creates?: number;
}

const advance = (ms: number) => () => service.emulator.clock.advance(ms);
const policies = (everyone: object) => folder.write('policies.json', JSON.stringify({ everyone }));
const auditFolder = () => join(folder.path, 'audit');
let underWay: Promise<unknown> = Promise.resolve();

const faults: readonly Fault[] = [
  { name: 'the body is no job', code: 'invalid-job', wrong: { body: { datasetId: 'd' } } },
  {
    name: 'a policy forbids it',
    code: 'policy-refused',
    options: () => ({ env: { POLICIES_FILE: policies({ datasets: ['other'] }) } }),
    end: () => {
      policies({ datasets: ['d'] });
      service.emulator.clock.advance(2_000);
    },
  },
  {
    name: 'the list has changed',
    code: 'precondition-failed',
    wrong: { headers: { 'if-match': '"stale"' } },
  },
  {
    name: 'no token can be had',
    code: 'token-unavailable',
    begin: () =>
      service.emulator.misbehaviours.add({ route: 'token', times: 1, how: { kind: 'empty', status: 503 } }),
    end: advance(60_000),
  },
  {
    name: 'Platform throttles',
    code: 'platform-throttled',
    begin: () =>
      service.emulator.misbehaviours.add({ route: 'create', times: 1, how: gateway(429, '429050') }),
    end: advance(60_000),
    creates: 2,
  },
  {
    name: 'the circuit is open',
    code: 'platform-circuit-open',
    options: () => ({ platform: { breaker: { failuresToOpen: 1, openMs: 10_000 } } }),
    begin: async () => {
      service.emulator.misbehaviours.add({ route: 'list', times: 1, how: json(500, {}) });
      await service.send('GET', '/jobs');
    },
    end: advance(15_000),
  },
  {
    name: 'there is too much to do',
    code: 'overloaded',
    options: () => ({ platform: { concurrentCalls: 1, queuedCalls: 0 } }),
    begin: async () => {
      service.emulator.misbehaviours.add({ route: 'list', times: 1, how: { kind: 'delay', ms: 2_000 } });
      underWay = service.send('GET', '/jobs');
      await until(() => service.emulator.requests.all('list').length === 1);
    },
    end: () => drive(service, underWay, { hangs: true }),
  },
  {
    name: 'no connection can be made',
    code: 'platform-unreachable',
    options: () => ({ env: { PLATFORM_URL: later.url }, platform: { mostRetries: 2 } }),
    end: () => later.leadTo(service.emulator.url),
  },
  {
    name: 'the audit trail is lost and required',
    code: 'audit-unavailable',
    options: () => {
      mkdirSync(auditFolder());
      return { env: { AUDIT_REQUIRED: 'true', AUDIT_FILE: join(auditFolder(), 'audit.jsonl') } };
    },
    begin: () => rmSync(auditFolder(), { recursive: true }),
    end: () => mkdirSync(auditFolder()),
  },
];

describe('a key whose first request was not sent', () => {
  const send = async (body: object, headers = {}): Promise<Response> =>
    (await drive(service, post(service, body, { key: 'k', headers }))).value;

  it.each(faults)('because $name, creates as soon as that is over', async (fault) => {
    const { code, options = () => ({}), begin, end, wrong = {}, creates = 1 } = fault;
    service = await startServiceUnderTest(options());
    await begin?.();
    const first = await send(wrong.body ?? anExport, wrong.headers);
    expect(first.body.code).toBe(code);
    expect([createsOf(service), jobsOf(service)]).toEqual([creates - 1, []]);
    await end?.();
    const second = await send(anExport);
    expect([second.status, second.headers['idempotent-replayed']]).toEqual([201, undefined]);
    const third = await send(anExport);
    expect([third.text, third.headers['idempotent-replayed']]).toEqual([second.text, 'true']);
    expect([createsOf(service), jobsOf(service)]).toEqual([creates, [second.body.id]]);
  });

  it('because its caller went while it waited for its turn, creates', async () => {
    service = await startServiceUnderTest({ platform: { mostRetries: 2 } });
    const how = gateway(429, '429050', 'later', { 'Retry-After': '5' });
    service.emulator.misbehaviours.add({ route: 'create', times: 1, how });
    const caller = new AbortController();
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'k' };
    const body = JSON.stringify(anExport);
    const call = fetch(`${service.url}/jobs`, { method: 'POST', headers, body, signal: caller.signal });
    await until(() => createsOf(service) === 1);
    await settle(service);
    caller.abort();
    await expect(call).rejects.toThrow();
    await until(() => service.logLines().some(({ code }) => code === 'request-abandoned'));
    service.emulator.clock.advance(60_000);
    const again = await send(anExport);
    expect([again.status, createsOf(service), jobsOf(service)]).toEqual([201, 2, [again.body.id]]);
  });
});
