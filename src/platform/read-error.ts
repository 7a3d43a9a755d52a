import { z } from 'zod';

/** What could be read out of an error body of Adobe's, whichever of its shapes it had. */
export interface UpstreamError {
  readonly code?: string;
  readonly messages: readonly string[];
  readonly requestId?: string;
}

const mostMessages = 5;
const longestMessage = 500;

const code = z.union([z.string(), z.number().transform(String)]).nullish();
const text = z.string().nullish();

const gateway = z
  .object({ error_code: z.union([z.string(), z.number().transform(String)]), message: text })
  .transform((body) => ({ code: body.error_code, messages: [body.message] }));

const profileService = z
  .object({
    requestId: text,
    title: text,
    errors: z.record(z.string(), z.array(z.object({ code, message: text }))),
  })
  .transform(({ requestId, title, errors }) => {
    const all = Object.values(errors).flat();
    const said = all.map(({ message }) => message);
    return { code: all[0]?.code, messages: said.length > 0 ? said : [title], requestId };
  });

const registry = z
  .object({
    title: text,
    report: z.object({ registryRequestId: text, 'detailed-message': text }),
    'error-chain': z.array(z.object({ errorCode: text })).optional(),
  })
  .transform(({ title, report, 'error-chain': chain }) => ({
    code: chain?.[0]?.errorCode,
    messages: [title, report['detailed-message']],
    requestId: report.registryRequestId,
  }));

const problem = z
  .object({ type: z.string(), title: text, detail: text })
  .transform(({ type, title, detail }) => ({ code: type.split('/').at(-1), messages: [title, detail] }));

const flat = z
  .object({ code, message: text, errorMessage: text })
  .transform((body) => ({ code: body.code, messages: [body.message, body.errorMessage] }));

/** In the order to try; the last one fits every object. */
const shapes = z.union([gateway, profileService, registry, problem, flat]);

/** Reads the error shapes of Adobe's gateway and services. Anything else, HTML and nothing at all, reads as empty. */
export function readUpstreamError(body: unknown): UpstreamError {
  const read = shapes.safeParse(body).data;
  if (read === undefined) return { messages: [] };
  const { code: readCode, requestId } = { requestId: undefined, ...read };
  const said = read.messages.flatMap((message) => (message ? [message.slice(0, longestMessage)] : []));
  return {
    ...(readCode && { code: readCode }),
    ...(requestId && { requestId }),
    messages: said.slice(0, mostMessages),
  };
}
