import { type AnswerHeaders, firstHeader } from '../ims/http-answer.ts';
import { parseHttpDate } from '../ims/http-date.ts';
import type { Clock } from '../observability/clock.ts';
import type { OrganizationMask } from '../observability/organization-mask.ts';
import { Fault } from '../problems/fault.ts';
import type { AuthorizedSend, CallContext, PlatformAnswer, PlatformRequest } from './call.ts';
import type { DescribedRequest, DescribeRequest } from './describe-request.ts';
import { JobNotFound, PlatformMalformed } from './errors.ts';
import {
  type ExportJob,
  type ExportJobPage,
  readExportJob,
  readExportJobPage,
  UnreadableAnswer,
} from './export-job.ts';
import type { ExportRequest } from './export-request.ts';
import { judge, judgeUnusable, malformed } from './judge.ts';
import { parseAnswer } from './parse-answer.ts';
import { type CancelAnswer, readCancelAnswer } from './read-cancel.ts';
import { readStartedId } from './started-job.ts';
import { jobsTarget, jobTarget } from './target-path.ts';

export interface ListQuery {
  readonly limit: number;
  readonly offset?: string | undefined;
  readonly status?: string | undefined;
}

export interface DatedPage extends ExportJobPage {
  /** What time it was by Platform's clock, in whole seconds; nothing where the answer does not say, or is a cached one. */
  readonly dateMs: number | undefined;
}

/** Platform's four calls on export jobs. Each throws a `PlatformFault` or a `TokenFault`. */
export interface PlatformClient {
  list(query: ListQuery, context: CallContext): Promise<DatedPage>;
  get(id: string, context: CallContext): Promise<ExportJob>;
  create(job: ExportRequest, context: CallContext): Promise<ExportJob>;
  cancel(id: string, context: CallContext): Promise<CancelAnswer>;
  /** What `create` would send, without sending anything and without a token. */
  describeCreate(job: ExportRequest, context: Pick<CallContext, 'sandbox' | 'requestId'>): DescribedRequest;
}

export interface PlatformClientOptions {
  readonly send: AuthorizedSend;
  readonly describe: DescribeRequest;
  /** Platform's, as in a `Location` of its own. */
  readonly origin: string;
  /** How long a create and what follows it up may take together. */
  readonly deadlineMs: number;
  /** Applied to each answer, so that the organization's id does not leave this folder. */
  readonly hideOrganization: OrganizationMask;
  readonly clock: Clock;
}

type Read<Output> = (body: unknown, answer: PlatformAnswer) => Output;

/** https://developer.adobe.com/experience-platform-apis/references/profile/#tag/Export-jobs */
export function createPlatformClient(options: PlatformClientOptions): PlatformClient {
  const { send, describe, origin, deadlineMs, hideOrganization, clock } = options;

  async function ask(request: PlatformRequest, context: CallContext): Promise<PlatformAnswer> {
    const { status, headers, text } = await send(request, context);
    const hidden: Record<string, string | string[] | undefined> = {};
    for (const [name, value] of Object.entries(headers)) {
      hidden[name] = typeof value === 'string' ? hideOrganization(value) : value?.map(hideOrganization);
    }
    return { status, headers: hidden, text: hideOrganization(text) };
  }

  function readAnswer<Output>(
    answer: PlatformAnswer,
    { operation }: PlatformRequest,
    read: Read<Output>,
  ): Output {
    const circumstances = { operation, nowMs: clock.wallNow() };
    const body = judge(answer, circumstances);
    try {
      return read(body, answer);
    } catch (error) {
      if (!(error instanceof UnreadableAnswer)) throw error;
      const what =
        body === undefined
          ? `${answer.status} without JSON`
          : `JSON that is not what it should be, at ${error.pointer || 'its root'}`;
      throw judgeUnusable(answer, body, what, circumstances);
    }
  }

  async function call<Output>(
    request: PlatformRequest,
    context: CallContext,
    read: Read<Output>,
  ): Promise<Output> {
    return readAnswer(await ask(request, context), request, read);
  }

  async function get(id: string, context: CallContext): Promise<ExportJob> {
    return call({ operation: 'get', method: 'GET', path: jobTarget(id) }, context, (body, { status }) => {
      const job = readExportJob(body);
      // Another job would be cached under this id.
      if (job.id !== id) throw malformed('get', `job ${job.id} instead of ${id}`, { status });
      return job;
    });
  }

  /** Reads the job that a create has started, if the answer to the create says only its id. */
  async function followUp(
    id: string,
    context: CallContext,
    { begunAtMs, fault }: { begunAtMs: number; fault: Fault },
  ): Promise<ExportJob> {
    // Also for a caller that has gone: the job was started, and the log has to say which one.
    const { signal: _signal, ...onItsOwn } = context;
    const waitAtMostMs = Math.max(0, deadlineMs - (clock.now() - begunAtMs));
    try {
      return await get(id, { ...onItsOwn, waitAtMostMs });
    } catch (cause) {
      // What was no job but an error with an id of its own, or a redirect to something else.
      const isSure = fault instanceof PlatformMalformed && (fault.details.upstream?.status ?? 0) < 300;
      if (cause instanceof JobNotFound && !isSure) throw fault;
      const why = cause instanceof Fault ? cause.message : String(cause);
      throw new PlatformMalformed('Platform has not shown the job that it started.', {
        internal: `${fault.message}; it has started job ${id}, and then: ${why}`,
        ...(fault.details.upstream && { upstream: fault.details.upstream }),
        startedJobId: id,
        cause,
      });
    }
  }

  function dateOf(headers: AnswerHeaders): number | undefined {
    // An answer out of a cache has the date of when it was kept.
    if (headers.age !== undefined) return undefined;
    return parseHttpDate(firstHeader(headers, 'date') ?? '', clock.wallNow());
  }

  return {
    get,
    list({ limit, offset, status }, context) {
      const path = jobsTarget({ limit: String(limit), offset, status });
      return call({ operation: 'list', method: 'GET', path }, context, (body, { headers }) => {
        const page = { ...readExportJobPage(body), dateMs: dateOf(headers) };
        // Whoever follows the links until there is none would go round for ever.
        return page.nextOffset === offset ? { ...page, nextOffset: undefined } : page;
      });
    },
    async create(job, context) {
      const begunAtMs = clock.now();
      const request = toCreate(job);
      const answer = await ask(request, context);
      try {
        return readAnswer(answer, request, (read) => readExportJob(read));
      } catch (fault) {
        const id = readStartedId(answer, parseAnswer(answer.text), origin);
        if (id === undefined || !(fault instanceof Fault)) throw fault;
        return followUp(id, context, { begunAtMs, fault });
      }
    },
    describeCreate: (job, context) => describe(toCreate(job), context),
    cancel(id, context) {
      const request = { operation: 'cancel', method: 'DELETE', path: jobTarget(id) } as const;
      return call(request, context, (body, { text }) => readCancelAnswer(body, text.trim() === ''));
    },
  };
}

function toCreate(job: ExportRequest): PlatformRequest {
  return { operation: 'create', method: 'POST', path: jobsTarget(), body: JSON.stringify(job) };
}
