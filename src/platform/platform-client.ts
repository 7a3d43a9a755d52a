import type { z } from 'zod';
import type { TokenSource } from '../ims/access-token.ts';
import type { Clock } from '../observability/clock.ts';
import type { CallContext, PlatformAnswer, PlatformRequest, Send } from './call.ts';
import {
  type CancelAnswer,
  cancelAnswerSchema,
  type ExportJob,
  type ExportJobPage,
  exportJobPageSchema,
  exportJobSchema,
} from './export-job.ts';
import type { ExportRequest } from './export-request.ts';
import { judge, malformed, refusesToken } from './judge.ts';
import { targetPath } from './target-path.ts';

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
  readonly send: Send;
  readonly tokens: TokenSource;
  readonly clock: Clock;
}

/** https://developer.adobe.com/experience-platform-apis/references/profile/#tag/Export-jobs */
export function createPlatformClient({ send, tokens, clock }: PlatformClientOptions): PlatformClient {
  /** One call, and one more with a new token where Platform refused the first one's. */
  async function authorized(request: PlatformRequest, context: CallContext): Promise<PlatformAnswer> {
    const token = await tokens.current();
    const answer = await send(request, context, token.value);
    if (!refusesToken(answer)) return answer;
    await tokens.reject(token);
    const renewed = await tokens.current();
    return send(request, context, renewed.value);
  }

  async function call<Schema extends z.ZodType>(
    request: PlatformRequest,
    context: CallContext,
    schema: Schema,
  ): Promise<z.output<Schema>> {
    const { operation } = request;
    const answer = await authorized(request, context);
    const body = judge(answer, { operation, nowMs: clock.now() });
    const read = schema.safeParse(body);
    if (read.success) return read.data;
    const where = read.error.issues.map(({ path }) => `/${path.join('/')}`).join(', ');
    throw malformed(operation, `JSON that is not what it should be, at ${where}`, { status: answer.status });
  }

  return {
    list({ limit, offset, status }, context) {
      const path = targetPath({ query: { limit: String(limit), offset, status } });
      return call({ operation: 'list', method: 'GET', path }, context, exportJobPageSchema);
    },
    get(id, context) {
      return call({ operation: 'get', method: 'GET', path: targetPath({ id }) }, context, exportJobSchema);
    },
    create(job, context) {
      const body = JSON.stringify(job);
      return call(
        { operation: 'create', method: 'POST', path: targetPath({}), body },
        context,
        exportJobSchema,
      );
    },
    cancel(id, context) {
      const path = targetPath({ id });
      return call({ operation: 'cancel', method: 'DELETE', path }, context, cancelAnswerSchema);
    },
  };
}
