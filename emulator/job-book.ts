import { randomUUID } from 'node:crypto';
import type { Clock } from '../src/observability/clock.ts';
import type { EmulatedJob } from './emulated-job.ts';
import { endedJob } from './ended-job.ts';
import { byNewest } from './paging.ts';

export type { EmulatedJob };

interface Entry {
  readonly job: EmulatedJob;
  readonly sandbox: string;
  /** When it advances by itself; absent for a job that was put there as it is. */
  readonly startedAtMs?: number;
  /** When it is in the list; at once unless given. */
  readonly listedAtMs?: number;
  cancelledAtMs?: number;
  ends: 'SUCCEEDED' | 'FAILED';
}

export interface JobBook {
  create(
    sandbox: string,
    request: Readonly<Record<string, unknown>>,
    options?: { readonly listedAfterMs?: number },
  ): EmulatedJob;
  /** Puts a job there that stays as it is. */
  put(sandbox: string, job: EmulatedJob): void;
  /** As of now, by the clock. */
  find(sandbox: string, id: string): EmulatedJob | undefined;
  /** Newest first. */
  list(sandbox: string, status?: string): readonly EmulatedJob[];
  /** Only marks; false for a job that has ended. */
  cancel(sandbox: string, id: string): boolean;
  /** How a running job will end. */
  decide(id: string, ends: 'SUCCEEDED' | 'FAILED'): boolean;
}

export interface JobBookOptions {
  readonly clock: Clock;
  /** How long an export takes; the first tenth of it the job is NEW. */
  readonly exportMs: number;
  readonly orgId: string;
}

export function createJobBook({ clock, exportMs, orgId }: JobBookOptions): JobBook {
  const entries = new Map<string, Entry>();
  // Neither name holds a slash. Two sandboxes may have jobs of the same id.
  const keyOf = (sandbox: string, id: number | string) => `${sandbox}/${id}`;
  let lastId = 100;

  function asOfNow({ job, startedAtMs, cancelledAtMs, ends }: Entry): EmulatedJob {
    if (startedAtMs === undefined) return job;
    const endsAtMs = startedAtMs + exportMs;
    const ranMs = clock.now() - startedAtMs;
    // A tenth of its time after it was marked, a job has really stopped. What Platform calls that is not
    // documented; its sibling, the segment job, says CANCELLED.
    if (cancelledAtMs !== undefined && cancelledAtMs < endsAtMs) {
      const stopsAtMs = cancelledAtMs + exportMs / 10;
      if (clock.now() < stopsAtMs) return { ...job, status: 'CANCELLING', updateTime: cancelledAtMs };
      return endedJob(job, 'CANCELLED', startedAtMs, stopsAtMs);
    }
    if (ranMs < exportMs / 10) return job;
    if (ranMs < exportMs) return { ...job, status: 'PROCESSING', updateTime: startedAtMs + exportMs / 10 };
    return endedJob(job, ends, startedAtMs, endsAtMs);
  }

  function entryOf(sandbox: string, id: string): Entry | undefined {
    return entries.get(keyOf(sandbox, id));
  }

  return {
    create(sandbox, request, { listedAfterMs = 0 } = {}) {
      lastId += 1;
      const startedAtMs = clock.now();
      const job = {
        ...request,
        id: lastId,
        jobType: 'BATCH',
        status: 'NEW',
        imsOrgId: orgId,
        profileInstanceId: 'ups',
        computeGatewayJobId: { exportJob: '' },
        metrics: { totalTime: { startTimeInMs: startedAtMs } },
        creationTime: startedAtMs,
        updateTime: startedAtMs,
        requestId: randomUUID(),
      };
      entries.set(keyOf(sandbox, lastId), {
        job,
        sandbox,
        startedAtMs,
        listedAtMs: startedAtMs + listedAfterMs,
        ends: 'SUCCEEDED',
      });
      return job;
    },
    put(sandbox, job) {
      entries.set(keyOf(sandbox, job.id), { job, sandbox, ends: 'SUCCEEDED' });
    },
    find(sandbox, id) {
      const entry = entryOf(sandbox, id);
      return entry && asOfNow(entry);
    },
    list(sandbox, status) {
      return [...entries.values()]
        .filter((entry) => entry.sandbox === sandbox && (entry.listedAtMs ?? 0) <= clock.now())
        .map(asOfNow)
        .filter((job) => status === undefined || job.status === status)
        .sort(byNewest);
    },
    cancel(sandbox, id) {
      const entry = entryOf(sandbox, id);
      if (!entry || ['SUCCEEDED', 'FAILED', 'CANCELLED'].includes(asOfNow(entry).status)) return false;
      entry.cancelledAtMs ??= clock.now();
      return true;
    },
    decide(id, ends) {
      const found = [...entries.values()].filter(({ job }) => String(job.id) === id);
      for (const entry of found) entry.ends = ends;
      return found.length > 0;
    },
  };
}
