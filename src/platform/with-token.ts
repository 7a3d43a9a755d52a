import type { AccessToken, TokenSource } from '../ims/access-token.ts';
import type { Clock } from '../observability/clock.ts';
import type { AuthorizedSend, CallContext, Send } from './call.ts';
import { callerGone, PlatformTimedOut } from './errors.ts';
import { refusesToken } from './judge.ts';

/**
 * Sends with the current token, and once more with a new one where Platform refused the first one's.
 * A call waits for a token no longer than its own deadline; nothing has been sent by then.
 */
export function withToken(send: Send, tokens: TokenSource, clock: Clock): AuthorizedSend {
  async function waitFor(
    issued: Promise<AccessToken>,
    { signal, deadlineAtMs }: CallContext,
  ): Promise<AccessToken> {
    const { promise: given, reject } = Promise.withResolvers<never>();
    const onGone = () => reject(callerGone());
    const onLate = () =>
      reject(new PlatformTimedOut('No access token was available in time.', { cutShort: true }));
    const leftMs = deadlineAtMs === undefined ? undefined : Math.max(0, deadlineAtMs - clock.now());
    const cancel = leftMs === undefined ? undefined : clock.after(leftMs, onLate);
    signal?.addEventListener('abort', onGone, { once: true });
    if (signal?.aborted) onGone();
    try {
      return await Promise.race([given, issued]);
    } finally {
      cancel?.();
      signal?.removeEventListener('abort', onGone);
    }
  }

  function takeToken(context: CallContext): AccessToken | Promise<AccessToken> {
    const current = tokens.current();
    return current instanceof Promise ? waitFor(current, context) : current;
  }

  return async (request, context) => {
    const token = await takeToken(context);
    const answer = await send(request, context, token.value);
    if (!refusesToken(answer)) return answer;
    await tokens.reject(token);
    const renewed = await takeToken(context);
    return send(request, context, renewed.value);
  };
}
