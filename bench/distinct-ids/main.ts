import { setImmediate as turn } from 'node:timers/promises';
import { z } from 'zod';
import { silentAuditTrail } from '../../src/audit/audit-trail.ts';
import { cacheAndWatchingShape } from '../../src/config/cache-and-watching-settings.ts';
import { createsShape } from '../../src/config/creates-settings.ts';
import { readDefaults } from '../../src/config/load-settings.ts';
import { sizeOfJob } from '../../src/jobs/cache/job-cache.ts';
import type { JobsContext } from '../../src/jobs/context.ts';
import { createJobs } from '../../src/jobs/create-jobs.ts';
import { systemClock } from '../../src/observability/clock.ts';
import { silentLog } from '../../src/observability/log.ts';
import { openClaims } from '../../src/open-claims.ts';
import { readExportJob } from '../../src/platform/export-job.ts';
import type { PlatformClient } from '../../src/platform/platform-client.ts';
import { noPolicies } from '../../src/policies/rules.ts';
import { createFreshIds } from '../job-ids.ts';
import { jobBytes } from '../upstream/platform-jobs.ts';
import type { Footprint, IdsReport, Kept } from './report.ts';

/*
 * What the service remembers, without HTTP, asked for as many different jobs as the first argument says: at
 * the rate of *fresh* a million of them would take longer than the whole bench. It needs `--expose-gc`, and
 * prints one line: an `IdsReport`.
 */

const { gc } = globalThis;
if (gc === undefined) throw new Error('Without --expose-gc it cannot be told what is kept.');
const count = Number(process.argv[2]);
/** About as many as there are calls to Platform at a time. */
const batch = 100;

const {
  cache: limits,
  watching,
  creates,
} = z
  .object({
    cache: cacheAndWatchingShape.cache,
    watching: cacheAndWatchingShape.watching,
    creates: createsShape.creates,
  })
  .parse(readDefaults());
const first = createFreshIds().take(count);
const scope = { sandbox: 'prod', permission: 'everybody' };
const done = readExportJob(JSON.parse(jobBytes(String(first)).toString()));
let isAnswering = true;

function noSuchCall(): never {
  throw new Error('Nothing but single jobs is asked for here.');
}

/** Platform and the network as if they took neither time nor memory, so that only what is kept is seen. */
const platform: PlatformClient = {
  async get(id) {
    if (!isAnswering) throw new Error('Only what is cached is asked for now.');
    return { ...done, id };
  },
  list: noSuchCall,
  create: noSuchCall,
  cancel: noSuchCall,
  describeCreate: noSuchCall,
};
const jobs = createJobs({
  platform,
  audit: silentAuditTrail,
  claims: openClaims({ claimsFile: ':memory:' }, { log: silentLog, clock: systemClock }),
  policies: noPolicies,
  creates,
  cache: limits,
  watching,
  clock: systemClock,
  random: Math.random,
  log: silentLog,
});

/** As an HTTP request is one: with a caller who may hang up. */
function toContext(id: string): JobsContext {
  return { ...scope, requestId: `bench-${id}`, signal: new AbortController().signal, observe() {} };
}

/** As a route does it, up to what is sent. */
async function isAnswered(id: string): Promise<boolean> {
  const { state } = (await jobs.get(id, toContext(id))).cached;
  const { json, tag } = state.representation;
  return state.id === id && json !== '' && tag !== '';
}

async function takeFootprint(collect: () => void): Promise<Footprint> {
  // What a first collection only marks as gone is freed by the second.
  for (let time = 0; time < 2; time += 1) {
    collect();
    await turn();
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { resident: rss, held: heapUsed + external };
}

/** What is still answered is what is cached: all of it was read within the hour that a done job is fresh. */
async function countKept(): Promise<Kept> {
  const kept = { jobs: 0, bytes: 0 };
  isAnswering = false;
  for (let index = 0; index < count; index += 1) {
    const id = String(first + index);
    const found = await jobs.get(id, toContext(id)).catch(() => undefined);
    if (found === undefined) continue;
    kept.jobs += 1;
    kept.bytes += sizeOfJob(found.cached, '');
  }
  return kept;
}

async function measure(collect: () => void): Promise<IdsReport> {
  const before = await takeFootprint(collect);
  const begunMs = performance.now();
  let wrong = 0;
  let mostResident = before.resident;
  for (let asked = 0; asked < count; asked += batch) {
    const ids = Array.from({ length: Math.min(batch, count - asked) }, (_, index) =>
      String(first + asked + index),
    );
    const answered = await Promise.all(ids.map(isAnswered));
    wrong += answered.filter((isRight) => !isRight).length;
    mostResident = Math.max(mostResident, process.memoryUsage.rss());
    await turn();
  }
  const seconds = (performance.now() - begunMs) / 1000;
  const after = await takeFootprint(collect);
  return { seconds, wrong, before, after, mostResident, kept: await countKept(), limits };
}

// The bench holds the other end, so that this ends with it, however it ends.
process.stdin.resume().on('end', () => process.exit());
process.stdout.write(`${JSON.stringify(await measure(gc))}\n`);
