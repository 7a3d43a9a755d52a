import { firstHeader } from '../ims/http-answer.ts';
import type { PlatformAnswer } from './call.ts';
import { readId } from './export-job.ts';
import { fieldsOf } from './read-fields.ts';
import { jobIdOfLocation } from './target-path.ts';

/** The pattern of the ids that callers can ask for. */
const askable = /^[A-Za-z0-9_-]{1,128}$/;

/** Documented on create is `X-Location`; `Location` is HTTP's own (RFC 9110, 10.2.2). */
const locationHeaders = ['x-location', 'location'];

/** The first member of an object that is cut off or broken further on. */
const leadingId = /^\s*\{\s*"id"\s*:\s*(?:(\d+)|"([^"\\]*)")\s*,/;

/** What a create has started that was answered with 2xx, or with where to look: by its body or a header. Pure. */
export function readStartedId(answer: PlatformAnswer, body: unknown, origin: string): string | undefined {
  const { status, text, headers } = answer;
  if ((status < 200 || status >= 300) && status !== 302 && status !== 303) return undefined;
  const [, digits, quoted] = (body === undefined && leadingId.exec(text)) || [];
  const ofBody = [readId(fieldsOf(Array.isArray(body) ? body[0] : body)?.id), digits, quoted];
  const ofHeaders = locationHeaders.map((name) => {
    const location = firstHeader(headers, name);
    return location === undefined ? undefined : jobIdOfLocation(location, origin);
  });
  return [...ofBody, ...ofHeaders].find((id) => id !== undefined && askable.test(id));
}
