import { Overloaded, TooManyStreams } from '../errors.ts';

export interface StreamLimitOptions {
  readonly most: number;
  readonly mostForEachCaller: number;
}

/** How many requests wait for a job or watch one, in all and for each caller. */
export interface StreamLimit {
  /**
   * Takes a place; the answer gives it back.
   *
   * @throws TooManyStreams, Overloaded
   */
  claim(callerId: string): () => void;
  /** As `claim`, and nothing where there is no place left. */
  tryClaim(callerId: string): (() => void) | undefined;
}

const retryAfterMs = 10_000;

export function createStreamLimit({ most, mostForEachCaller }: StreamLimitOptions): StreamLimit {
  const ofCaller = new Map<string, number>();
  let total = 0;

  function take(callerId: string): () => void {
    total += 1;
    ofCaller.set(callerId, (ofCaller.get(callerId) ?? 0) + 1);
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      total -= 1;
      const left = (ofCaller.get(callerId) ?? 1) - 1;
      if (left > 0) ofCaller.set(callerId, left);
      else ofCaller.delete(callerId);
    };
  }

  const isFullFor = (callerId: string) => (ofCaller.get(callerId) ?? 0) >= mostForEachCaller;

  return {
    tryClaim: (callerId) => (isFullFor(callerId) || total >= most ? undefined : take(callerId)),
    claim(callerId) {
      if (isFullFor(callerId)) {
        const detail = `This caller follows ${mostForEachCaller} jobs already, which is the most: close some, or ask for the job itself.`;
        throw new TooManyStreams(detail, { retryAfterMs });
      }
      if (total >= most) {
        const detail = 'This service has as many streams open as it can: ask for the job itself instead.';
        throw new Overloaded(detail, { retryAfterMs });
      }
      return take(callerId);
    },
  };
}
