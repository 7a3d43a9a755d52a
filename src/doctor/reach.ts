import { type AnswerHeaders, firstHeader } from '../ims/http-answer.ts';
import type { Clock } from '../observability/clock.ts';
import { errorCode } from '../observability/error-code.ts';
import { explainUnreached, type Target } from './explain-unreached.ts';
import type { Failure } from './finding.ts';

/** Asks for nothing in particular, and gives the headers of whatever answer comes. */
export type Ask = (signal: AbortSignal) => Promise<AnswerHeaders>;

export interface ReachOptions extends Target {
  /** As the service itself asks, so that what is found here holds there. */
  readonly ask: Ask;
  /** For all of it: name, connection, TLS and the answer's headers. */
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** An answer came; whichever it was, name, connection and certificate are in order. */
export interface Reached {
  /** By the server's clock, in whole seconds as milliseconds since the Unix epoch; absent if it said none. */
  readonly dateMs?: number;
  /** By our clock, half-way between question and answer. */
  readonly askedAtMs: number;
}

export type Reach =
  | { readonly reached: Reached; readonly failure?: undefined }
  | { readonly reached?: undefined; readonly failure: Failure };

/** Asks a server for nothing in particular, without credential and token. Never throws. */
export async function reach(options: ReachOptions): Promise<Reach> {
  const { ask, timeoutMs, clock } = options;
  const deadline = new AbortController();
  const cancelDeadline = clock.after(timeoutMs, () => deadline.abort());
  const sentAtMs = clock.wallNow();
  try {
    const headers = await ask(deadline.signal);
    const askedAtMs = (sentAtMs + clock.wallNow()) / 2;
    const dateMs = Date.parse(firstHeader(headers, 'date') ?? '');
    return { reached: { askedAtMs, ...(!Number.isNaN(dateMs) && { dateMs }) } };
  } catch (error) {
    const isLate = deadline.signal.aborted;
    return { failure: explainUnreached(isLate ? 'late' : (errorCode(error) ?? 'unknown'), options) };
  } finally {
    cancelDeadline();
  }
}

/** How this machine's clock differs from the server's: positive when it is ahead. Nothing if no time was said. */
export function clockOffsetMs({ dateMs, askedAtMs }: Reached): number | undefined {
  // The header drops the fraction of its second: half a second is the mean of what it lost.
  return dateMs === undefined ? undefined : askedAtMs - (dateMs + 500);
}
