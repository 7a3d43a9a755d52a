import { callerGone } from '../../platform/errors.ts';

/** Waits for the first of these. @throws RequestAbandoned when the caller goes before that */
export async function raceWithCaller(
  promises: readonly Promise<unknown>[],
  signal: AbortSignal | undefined,
): Promise<void> {
  if (signal?.aborted) throw callerGone();
  const { promise: gone, reject } = Promise.withResolvers<never>();
  const onGone = () => reject(callerGone());
  signal?.addEventListener('abort', onGone, { once: true });
  try {
    await Promise.race([gone, ...promises]);
  } finally {
    signal?.removeEventListener('abort', onGone);
  }
}
