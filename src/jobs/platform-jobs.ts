import type { Clock } from '../observability/clock.ts';
import type { CallOthers } from '../observability/guarded.ts';
import type { CallContext } from '../platform/call.ts';
import { PlatformMalformed } from '../platform/errors.ts';
import type { ExportRequest } from '../platform/export-request.ts';
import type { ListQuery, PlatformClient } from '../platform/platform-client.ts';
import type { Job } from './job.ts';
import { toJob } from './to-job.ts';

/** When, by our own clock, the call began that gave the answer. */
interface Dated {
  readonly asOfMs: number;
}

export interface JobPage {
  readonly jobs: readonly Job[];
  /** The query of the next page; null on the last page. */
  readonly next: ListQuery | null;
  /** Where in Platform's answer the records are that cannot be read. */
  readonly unreadable: readonly string[];
}

export interface Cancellation {
  readonly id: string;
  readonly cancelling: true;
  readonly message: string;
}

/** Platform's jobs in our words, uncached. Each call throws a `PlatformFault` or a `TokenFault`. */
export interface PlatformJobs {
  /** `dateMs` is what time it was by Platform's clock, in whole seconds, where it says so. */
  list(
    query: ListQuery,
    context: CallContext,
  ): Promise<JobPage & Dated & { readonly dateMs: number | undefined }>;
  get(id: string, context: CallContext): Promise<{ readonly job: Job } & Dated>;
  create(request: ExportRequest, context: CallContext): Promise<{ readonly job: Job } & Dated>;
  cancel(id: string, context: CallContext): Promise<Cancellation>;
}

export interface PlatformJobsParts {
  readonly platform: PlatformClient;
  readonly clock: Clock;
  readonly callOthers: CallOthers;
}

export function createPlatformJobs({ platform, clock, callOthers }: PlatformJobsParts): PlatformJobs {
  /** An answer is as old as the last call, which gave it, whatever was tried before. */
  async function ask<Value>(context: CallContext, call: (context: CallContext) => Promise<Value>) {
    let tookMs = 0;
    const value = await call({
      ...context,
      observe(upstreamCall) {
        tookMs = upstreamCall.durationMs;
        callOthers('an observer of calls', () => context.observe?.(upstreamCall));
      },
    });
    return { value, asOfMs: clock.now() - tookMs };
  }

  return {
    async list(query, context) {
      const { value: page, asOfMs } = await ask(context, (observed) => platform.list(query, observed));
      const { jobs, nextOffset, unreadable, dateMs } = page;
      if (nextOffset) refuseLongOffset(nextOffset);
      // Platform's own link does not repeat the status, and not reliably the limit, so both are taken from the query.
      const next = nextOffset ? { ...query, offset: nextOffset } : null;
      return { jobs: jobs.map(toJob), next, unreadable, asOfMs, dateMs };
    },
    async get(id, context) {
      const { value, asOfMs } = await ask(context, (observed) => platform.get(id, observed));
      return { job: toJob(value), asOfMs };
    },
    async create(request, context) {
      const { value, asOfMs } = await ask(context, (observed) => platform.create(request, observed));
      return { job: toJob(value), asOfMs };
    },
    async cancel(id, context) {
      const { value } = await ask(context, (observed) => platform.cancel(id, observed));
      return { id, cancelling: true, message: value.message ?? 'The job has been marked for cancelling.' };
    },
  };
}

/** As many characters of a URL as leave the whole link below the 8 kB that gateways accept for a request line. */
export const longestOffset = 7_000;

/** Without its link the page would look like the last one. */
function refuseLongOffset(offset: string): void {
  // These five stay as they are here, but not in a query, where each takes three characters.
  const escaped = encodeURIComponent(offset.toWellFormed()).replace(/[!'()~]/g, '%00');
  if (`offset=${escaped}`.length <= longestOffset) return;
  throw new PlatformMalformed("Platform's link to the next page is too long to be passed on.", {
    internal: `Platform answered list with an offset of ${offset.length} characters`,
    upstream: { service: 'platform' },
    permanent: true,
  });
}
