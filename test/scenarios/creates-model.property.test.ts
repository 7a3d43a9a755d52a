import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Response } from 'supertest';
import { createsOf, post } from '../support/creates-under-test.ts';
import { drive, until } from '../support/driving.ts';
import type { How } from '../support/failing.ts';
import { createFolder } from '../support/folder.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const manners: Readonly<Record<string, readonly How[]>> = {
  works: [],
  'hangs up before': [{ kind: 'reset' }],
  'loses its answer': [{ kind: 'lost-answer', instead: 'reset' }],
  'loses its answer, and lists late': [{ kind: 'lost-answer' }, { kind: 'late-in-list', ms: 30_000 }],
  refuses: [{ kind: 'answer', status: 400, body: { code: '400', message: 'No such dataset' } }],
  'does not show it': [{ kind: 'empty-success' }],
};

const sending = fc.record({
  kind: fc.constant('send' as const),
  key: fc.constantFrom('a', 'b', undefined),
  dataset: fc.constantFrom('x', 'y'),
  query: fc.constantFrom('', '?duplicate=allow', '?duplicate=reuse', '?duplicate=refuse'),
  platform: fc.constantFrom(...Object.keys(manners)),
  isListReadable: fc.boolean(),
  /** What becomes of the caller, or of the service, while Platform has the create. */
  meanwhile: fc.constantFrom('waits', 'waits', 'goes', 'restarts'),
  count: fc.constantFrom(1, 1, 2),
});
type Sending = typeof sending extends fc.Arbitrary<infer Value> ? Value : never;
const step = fc.oneof(
  { arbitrary: sending, weight: 5 },
  {
    arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(1_000, 80_000, 600_000) }),
    weight: 2,
  },
  {
    arbitrary: fc.record({ kind: fc.constant('set' as const), ms: fc.constantFrom(-3_600_000, 600_000) }),
    weight: 1,
  },
  { arbitrary: fc.record({ kind: fc.constant('restart' as const) }), weight: 1 },
);

/** How many jobs Platform has started, those among them that no list shows so far. */
function startedBy({ emulator }: ServiceUnderTest): number {
  let count = 0;
  while (emulator.jobs.find('prod', String(101 + count)) !== undefined) count += 1;
  return count;
}

/** What was promised to each key, and of whom each job is. */
function createPromises(service: ServiceUnderTest) {
  const started = new Map<string, number>();
  const jobOfKey = new Map<string, string>();
  const ownerOfJob = new Map<string, string>();
  let unkeyed = 0;

  return {
    /** One request with a key, or each without one, starts one job at most. */
    count({ key, dataset, count }: Sending, jobs: number): void {
      if (key === undefined) {
        expect(jobs).toBeLessThanOrEqual(count);
        return;
      }
      const name = `${key} ${dataset}`;
      started.set(name, (started.get(name) ?? 0) + jobs);
      expect([name, Math.min(2, started.get(name) ?? 0)]).not.toEqual([name, 2]);
    },
    check({ key, dataset }: Sending, { status, body }: Pick<Response, 'status' | 'body'>): void {
      expect(status).not.toBe(500);
      if (status !== 200 && status !== 201) return;
      const { id, reused = false } = body;
      expect(Object(service.emulator.jobs.find('prod', id)).destination).toMatchObject({
        datasetId: dataset,
      });
      if (key !== undefined) {
        expect(jobOfKey.get(key) ?? id).toBe(id);
        jobOfKey.set(key, id);
      }
      if (reused) return;
      if (key === undefined) unkeyed += 1;
      const owner = key ?? `without a key, ${unkeyed}`;
      expect(ownerOfJob.get(id) ?? owner).toBe(owner);
      ownerOfJob.set(id, owner);
    },
  };
}

async function send(service: ServiceUnderTest, sent: Sending): Promise<readonly Response[]> {
  const { key, dataset, query, count, meanwhile } = sent;
  const body = { datasetId: dataset, segments: ['s'] };
  if (meanwhile === 'waits') {
    const all = Array.from({ length: count }, () => post(service, body, { query, ...(key && { key }) }));
    return (await drive(service, Promise.all(all), { hangs: true })).value;
  }
  const caller = new AbortController();
  const before = createsOf(service);
  let isOver = false;
  const call = fetch(`${service.url}/jobs${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) },
    body: JSON.stringify(body),
    signal: caller.signal,
  });
  const over = call.then((answer) => answer.text()).catch(() => undefined);
  void over.finally(() => {
    isOver = true;
  });
  await drive(
    service,
    until(() => isOver || createsOf(service) > before),
  );
  if (meanwhile === 'restarts') await service.restart();
  else caller.abort();
  await over;
  const isLogged = () => service.emulator.requests.open() === 0;
  await drive(service, until(isLogged), { hangs: true });
  return [];
}

async function carryOut(
  service: ServiceUnderTest,
  sent: Sending,
  promises: ReturnType<typeof createPromises>,
) {
  const { misbehaviours } = service.emulator;
  const before = startedBy(service);
  if (sent.meanwhile !== 'waits')
    misbehaviours.add({ route: 'create', times: 1, how: { kind: 'delay', ms: 1_000 } });
  for (const how of manners[sent.platform] ?? []) misbehaviours.add({ route: 'create', times: 1, how });
  if (!sent.isListReadable) misbehaviours.add({ route: 'list', how: { kind: 'empty', status: 500 } });
  const answers = await send(service, sent);
  misbehaviours.clear();
  promises.count(sent, startedBy(service) - before);
  for (const answer of answers) promises.check(sent, answer);
}

const plain = {
  kind: 'send',
  query: '',
  platform: 'works',
  isListReadable: true,
  meanwhile: 'waits',
  count: 1,
} as const;
const lastly: readonly Sending[] = (['a', 'b'] as const).flatMap((key) =>
  (['x', 'y', 'x'] as const).map((dataset) => ({ ...plain, key, dataset })),
);

describe('creates, whatever happens in whatever order', () => {
  it('are carried out once for each key, and are never another one’s', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), async (steps) => {
        using folder = createFolder();
        await using service = await startServiceUnderTest({
          env: { CLAIMS_FILE: join(folder.path, 'claims.sqlite') },
          creates: { settlingMs: 1_000 },
        });
        const promises = createPromises(service);
        for (const one of steps) {
          if (one.kind === 'send') await carryOut(service, one, promises);
          else if (one.kind === 'pass') service.emulator.clock.advance(one.ms);
          else if (one.kind === 'set') service.emulator.clock.shiftWall(one.ms);
          else await service.restart();
        }
        // Whatever was left open by then comes to its end.
        service.emulator.clock.advance(80_000);
        for (const one of lastly) await carryOut(service, one, promises);
      }),
      { numRuns: Number(process.env.RUNS ?? 30) },
    );
  }, 120_000);
});
