import { setImmediate as turn } from 'node:timers/promises';
import { z } from 'zod';
import { followingShape } from '../../src/config/following-settings.ts';
import { readDefaults } from '../../src/config/load-settings.ts';
import type { Asker } from '../../src/jobs/asker.ts';
import { createJobs } from '../../src/jobs/jobs.ts';
import { sizeOfJob } from '../../src/jobs/known/known-jobs.ts';
import type { PlatformJobs } from '../../src/jobs/platform-jobs.ts';
import { toJob } from '../../src/jobs/to-job.ts';
import { systemClock } from '../../src/observability/clock.ts';
import { silentLog } from '../../src/observability/log.ts';
import { readExportJob } from '../../src/platform/export-job.ts';
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

const { known: limits, watching } = z
  .object({ known: followingShape.known, watching: followingShape.watching })
  .parse(readDefaults());
const first = createFreshIds().take(count);
const view = { sandbox: 'prod', permission: 'everybody' };
const done = toJob(readExportJob(JSON.parse(jobBytes(String(first)).toString())));

function noSuchCall(): never {
  throw new Error('Nothing but single jobs is asked for here.');
}

/** Platform and the network as if they took neither time nor memory, so that only what is kept is seen. */
const platform: PlatformJobs = {
  get: async (id) => ({ ...done, id }),
  list: noSuchCall,
  create: noSuchCall,
  cancel: noSuchCall,
};
const jobs = createJobs({
  platform,
  known: limits,
  watching,
  clock: systemClock,
  random: Math.random,
  log: silentLog,
});

/** As an HTTP request is one: with a caller who may hang up. */
function toAsker(id: string): Asker {
  return { ...view, requestId: `bench-${id}`, signal: new AbortController().signal, observe() {} };
}

/** As a route does it, up to what is sent. */
async function isAnswered(id: string): Promise<boolean> {
  const { known } = jobs.fresh(id, view) ?? (await jobs.get(id, toAsker(id)));
  const { json, tag } = known.representation;
  return known.state.id === id && json !== '' && tag !== '';
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

/** What needs no question is what is kept: all of it was read within the hour that a done job is fresh. */
function countKept(): Kept {
  const kept = { jobs: 0, bytes: 0 };
  for (let index = 0; index < count; index += 1) {
    const found = jobs.fresh(String(first + index), view);
    if (found === undefined) continue;
    kept.jobs += 1;
    kept.bytes += sizeOfJob(found.known, '');
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
  return { seconds, wrong, before, after, mostResident, kept: countKept(), limits };
}

// The bench holds the other end, so that this ends with it, however it ends.
process.stdin.resume().on('end', () => process.exit());
process.stdout.write(`${JSON.stringify(await measure(gc))}\n`);
