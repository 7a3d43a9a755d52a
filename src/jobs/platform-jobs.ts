import type { CallContext } from '../platform/call.ts';
import { PlatformMalformed } from '../platform/errors.ts';
import type { ExportRequest } from '../platform/export-request.ts';
import type { ListQuery, PlatformClient } from '../platform/platform-client.ts';
import type { Job } from './job.ts';
import { isLinkableOffset } from './parse-parameters.ts';
import { toJob } from './to-job.ts';

export interface JobPage {
  readonly jobs: readonly Job[];
  /** The query of the next page, or nothing at the end. */
  readonly next: ListQuery | undefined;
  /** Where in Platform's answer the records are that cannot be read. */
  readonly unreadable: readonly string[];
}

export interface Cancellation {
  readonly id: string;
  readonly cancelling: true;
  readonly message: string;
}

/** Platform's jobs in our words, asked for each time. Each call throws a `PlatformFault` or a `TokenFault`. */
export interface PlatformJobs {
  list(query: ListQuery, context: CallContext): Promise<JobPage>;
  get(id: string, context: CallContext): Promise<Job>;
  create(request: ExportRequest, context: CallContext): Promise<Job>;
  cancel(id: string, context: CallContext): Promise<Cancellation>;
}

export function createPlatformJobs(platform: PlatformClient): PlatformJobs {
  return {
    async list(query, context) {
      const { jobs, nextOffset, unreadable } = await platform.list(query, context);
      // Without the link the page would claim to be the last one.
      if (nextOffset !== undefined && !isLinkableOffset(nextOffset)) {
        throw new PlatformMalformed("Platform's link to the next page is too long to be passed on.", {
          internal: `Platform answered list with an offset of ${nextOffset.length} characters`,
          upstream: { service: 'platform' },
          permanent: true,
        });
      }
      // Platform's link repeats neither the status nor, to be trusted, the limit: the query is ours to keep.
      const next = nextOffset ? { ...query, offset: nextOffset } : undefined;
      return { jobs: jobs.map(toJob), next, unreadable };
    },
    async get(id, context) {
      return toJob(await platform.get(id, context));
    },
    async create(request, context) {
      return toJob(await platform.create(request, context));
    },
    async cancel(id, context) {
      const { message = 'The job has been marked for cancelling.' } = await platform.cancel(id, context);
      return { id, cancelling: true, message };
    },
  };
}
