import { type AnswerHeaders, firstHeader } from '../ims/http-answer.ts';

/** Those of Adobe's gateway and, where the answer is Amazon's, of that one's. */
export const requestIdHeaders = ['x-request-id', 'x-amzn-requestid'] as const;

/** How an answer's headers name the call to Adobe's support. */
export function requestIdOf(headers: AnswerHeaders): string | undefined {
  return requestIdHeaders.map((name) => firstHeader(headers, name)).find(Boolean);
}
