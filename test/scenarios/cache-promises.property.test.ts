import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { settle } from '../support/driving.ts';
import type { How } from '../support/failing.ts';
import { startKeeping } from '../support/keeping.ts';
import type { ServiceUnderTest } from '../support/service-under-test.ts';

const freshForMs = 1_000;
const staleIfErrorMs = 60_000;
const hour = 3_600_000;

type Step =
  | { readonly do: 'read' | 'cancel' | 'put'; readonly id: number; readonly sandbox: string }
  | { readonly do: 'list'; readonly sandbox: string }
  | { readonly do: 'create'; readonly sandbox: string }
  | { readonly do: 'advance' | 'shift'; readonly ms: number }
  | { readonly do: 'fail'; readonly how: How };

const sandbox = fc.constantFrom('prod', 'prod', 'dev');
const id = fc.integer({ min: 1, max: 2 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('read' as const), id, sandbox }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('put' as const), id, sandbox }) },
  fc.record({ do: fc.constant('cancel' as const), id, sandbox }),
  fc.record({ do: fc.constantFrom('list' as const, 'create' as const), sandbox }),
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('advance' as const),
      ms: fc.constantFrom(1, 499, 1_000, 1_500, 61_000),
    }),
  },
  fc.record({
    do: fc.constant('shift' as const),
    ms: fc.constantFrom(-48 * hour, -hour, -30_000, 30_000, hour, 48 * hour),
  }),
  fc.record({
    do: fc.constant('fail' as const),
    how: fc.constantFrom<How>({ kind: 'reset' }, { kind: 'html', status: 503 }),
  }),
);

/** What chance alone would seldom try: a job that changes between two reads, with the clocks moved in between. */
const changed: fc.Arbitrary<Step[]> = fc
  .tuple(id, sandbox, fc.constantFrom(499, 1_000, 1_500), fc.constantFrom(-hour, 0, hour))
  .map(([job, where, ms, shiftMs]): Step[] => [
    { do: 'read', id: job, sandbox: where },
    { do: 'put', id: job, sandbox: where },
    { do: 'shift', ms: shiftMs },
    { do: 'advance', ms },
    { do: 'read', id: job, sandbox: where },
  ]);

/** What Platform has had, and when: each version of a job is a text that only it has. */
interface World {
  readonly service: ServiceUnderTest;
  /** For each sandbox and id: the versions, with the moment until which each was the right answer; `none` before all. */
  readonly versions: Map<string, { readonly version: string; untilMs: number }[]>;
  count: number;
}

const keyOf = (where: string, job: number) => `${where}/${job}`;

/** Ends what was right until now. */
function turn({ service, versions }: World, key: string, version: string): void {
  const history = versions.get(key) ?? [{ version: 'none', untilMs: Number.POSITIVE_INFINITY }];
  const last = history.at(-1);
  if (last) last.untilMs = service.emulator.clock.now();
  versions.set(key, [...history, { version, untilMs: Number.POSITIVE_INFINITY }]);
}

function expectHonest(world: World, key: string, version: string, mayBeMs: number, where: string): void {
  const history = world.versions.get(key) ?? [{ version: 'none', untilMs: Number.POSITIVE_INFINITY }];
  const found = history.find((one) => one.version === version);
  // Of no other sandbox, job or time.
  if (found === undefined) throw new Error(`${where}: ${version} was never at ${key}`);
  const oldMs = world.service.emulator.clock.now() - found.untilMs;
  if (oldMs > mayBeMs) throw new Error(`${where}: ${version} was not right any more for ${oldMs} ms`);
}

async function take(world: World, one: Step): Promise<void> {
  const { service } = world;
  const { clock, jobs, misbehaviours, requests } = service.emulator;
  switch (one.do) {
    case 'advance':
      clock.advance(one.ms);
      return settle(service);
    case 'shift':
      return clock.shiftWall(one.ms);
    case 'fail':
      return misbehaviours.add({ times: 1, how: one.how });
    case 'put':
      world.count += 1;
      jobs.put(one.sandbox, { id: one.id, status: 'PROCESSING', requestId: `v${world.count}` });
      return turn(world, keyOf(one.sandbox, one.id), `v${world.count}`);
    default:
  }
  const headers = { 'x-sandbox-name': one.sandbox };
  const before = requests.all('get').length;
  if (one.do === 'create') {
    await service.send('POST', '/jobs', { headers, body: { datasetId: 'd', allProfiles: true } });
  } else if (one.do === 'cancel') {
    await service.send('DELETE', `/jobs/${one.id}`, { headers });
  } else if (one.do === 'list') {
    const { status, body, headers: answered } = await service.send('GET', '/jobs', { headers });
    if (status !== 200) return;
    const mayBeMs = /detail=/.test(answered['cache-status'] ?? '') ? freshForMs + staleIfErrorMs : freshForMs;
    for (const job of body.jobs) {
      if (Number(job.id) <= 2)
        expectHonest(world, keyOf(one.sandbox, Number(job.id)), job.requestId, mayBeMs, 'a list');
    }
  } else {
    // As many as want it at once cost one call, and as many in a row none more.
    const reads = await Promise.all([1, 2, 3].map(() => service.send('GET', `/jobs/${one.id}`, { headers })));
    for (const { status, body, headers: answered } of reads) {
      const mayBeMs = /detail=/.test(answered['cache-status'] ?? '')
        ? freshForMs + staleIfErrorMs
        : freshForMs;
      const key = keyOf(one.sandbox, one.id);
      if (status === 200) expectHonest(world, key, body.requestId, mayBeMs, 'a read');
      else if (status === 404) expectHonest(world, key, 'none', freshForMs, 'a read');
      else expect([502, 503, 504]).toContain(status);
    }
    // A call that fails is made again for who comes later.
    const answeredAll = reads.every(
      ({ status, headers: { 'cache-status': how } }) => status < 500 && !how?.includes('detail='),
    );
    if (answeredAll) expect(requests.all('get').length - before).toBeLessThanOrEqual(1);
  }
}

describe('the cache, whatever happens in whatever order', () => {
  it('answers with nothing older than allowed and nothing of another sandbox, and asks no more than it promises', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', note);
    try {
      await fc.assert(
        fc.asyncProperty(
          fc.array(
            fc.oneof(
              step.map((one) => [one]),
              changed,
            ),
            { minLength: 3, maxLength: 10 },
          ),
          async (steps) => {
            await using service = await startKeeping();
            const world: World = { service, versions: new Map(), count: 0 };
            for (const one of steps.flat()) await take(world, one);
          },
        ),
        { numRuns: 20 },
      );
    } finally {
      process.off('unhandledRejection', note);
    }
    expect(unhandled).toEqual([]);
  }, 60_000);
});
