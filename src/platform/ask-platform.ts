import type { Dispatcher } from 'undici';
import type { AnswerHeaders } from '../ims/http-answer.ts';

/**
 * Asks Platform for nothing in particular, without a token, over the client that calls it, and gives the headers of
 * whatever answer comes.
 */
export function askPlatform(origin: string, dispatcher: Dispatcher) {
  return async (signal: AbortSignal): Promise<AnswerHeaders> => {
    const { headers, body } = await dispatcher.request({ origin, path: '/', method: 'HEAD', signal });
    await body.dump();
    return headers;
  };
}
