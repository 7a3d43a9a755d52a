import { randomUUID } from 'node:crypto';
import type { Clock } from '../src/observability/clock.ts';

/** The tokens that the emulated IMS has issued and that the emulated gateway honours. */
export interface IssuedTokens {
  issue(lifeMs: number): string;
  honours(token: string): boolean;
  /** All of them at once, as after a change of the credential. */
  revokeAll(): void;
}

export function createIssuedTokens(clock: Clock): IssuedTokens {
  const expiries = new Map<string, number>();
  return {
    issue(lifeMs) {
      const token = `emulated-token-${randomUUID()}`;
      expiries.set(token, clock.now() + lifeMs);
      return token;
    },
    honours: (token) => (expiries.get(token) ?? 0) > clock.now(),
    revokeAll: () => expiries.clear(),
  };
}
