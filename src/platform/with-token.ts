import type { TokenSource } from '../ims/access-token.ts';
import type { AuthorizedSend, Send } from './call.ts';
import { refusesToken } from './judge.ts';

/** Sends with the current token, and once more with a new one where Platform refused the first one's. */
export function withToken(send: Send, tokens: TokenSource): AuthorizedSend {
  return async (request, context) => {
    const token = await tokens.current();
    const answer = await send(request, context, token.value);
    if (!refusesToken(answer)) return answer;
    await tokens.reject(token);
    const renewed = await tokens.current();
    return send(request, context, renewed.value);
  };
}
