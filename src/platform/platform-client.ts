import type { Clock } from '../observability/clock.ts';
import type { AuthorizedSend, CallContext, PlatformRequest } from './call.ts';
import {
  type CancelAnswer,
  type ExportJob,
  type ExportJobPage,
  readCancelAnswer,
  readExportJob,
  readExportJobPage,
  UnreadableAnswer,
} from './export-job.ts';
import type { ExportRequest } from './export-request.ts';
import { judge, malformed } from './judge.ts';
import { jobsTarget, jobTarget } from './target-path.ts';

export interface ListQuery {
  readonly limit: number;
  readonly offset?: string | undefined;
  readonly status?: string | undefined;
}

/** Platform's four calls on export jobs. Each throws a `PlatformFault` or a `TokenFault`. */
export interface PlatformClient {
  list(query: ListQuery, context: CallContext): Promise<ExportJobPage>;
  get(id: string, context: CallContext): Promise<ExportJob>;
  create(job: ExportRequest, context: CallContext): Promise<ExportJob>;
  cancel(id: string, context: CallContext): Promise<CancelAnswer>;
}

export interface PlatformClientOptions {
  readonly send: AuthorizedSend;
  readonly clock: Clock;
}

/** https://developer.adobe.com/experience-platform-apis/references/profile/#tag/Export-jobs */
export function createPlatformClient({ send, clock }: PlatformClientOptions): PlatformClient {
  async function call<Output>(
    request: PlatformRequest,
    context: CallContext,
    read: (body: unknown) => Output,
  ): Promise<Output> {
    const { operation } = request;
    const answer = await send(request, context);
    const body = judge(answer, { operation, nowMs: clock.wallNow() });
    try {
      return read(body);
    } catch (error) {
      if (!(error instanceof UnreadableAnswer)) throw error;
      const what = `JSON that is not what it should be, at ${error.pointer || 'its root'}`;
      throw malformed(operation, what, { status: answer.status });
    }
  }

  return {
    list({ limit, offset, status }, context) {
      const path = jobsTarget({ limit: String(limit), offset, status });
      return call({ operation: 'list', method: 'GET', path }, context, readExportJobPage);
    },
    get(id, context) {
      return call({ operation: 'get', method: 'GET', path: jobTarget(id) }, context, readExportJob);
    },
    create(job, context) {
      const body = JSON.stringify(job);
      return call({ operation: 'create', method: 'POST', path: jobsTarget(), body }, context, readExportJob);
    },
    cancel(id, context) {
      const path = jobTarget(id);
      return call({ operation: 'cancel', method: 'DELETE', path }, context, readCancelAnswer);
    },
  };
}
