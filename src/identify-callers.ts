import { type Authenticator, firstOf } from './callers/authenticator.ts';
import type { Settings } from './config/settings.ts';
import { createAnyone } from './http/callers/anyone.ts';
import type { IdentifyCaller } from './http/callers/authenticate.ts';
import { readCredentials } from './http/callers/read-credentials.ts';
import type { Clock } from './observability/clock.ts';
import type { Log } from './observability/log.ts';
import { createTokenVerification } from './token-verification.ts';

export interface CallersParts {
  readonly log: Log;
  readonly clock: Clock;
}

export interface Callers {
  readonly identify: IdentifyCaller;
  /** Gets ahead what the first caller would wait for. */
  warm(): void;
  /** Leaves no timer and no connection. */
  close(): void;
}

/** How the settings want callers to be authenticated. */
export function createCallers(settings: Settings, parts: CallersParts): Callers {
  const { callers, adobe } = settings;
  if (callers.auth.includes('none')) {
    return { identify: createAnyone(adobe.sandboxes), warm() {}, close() {} };
  }
  const authenticators: Authenticator[] = [];
  const tokens = callers.auth.includes('jwt') ? createTokenVerification(settings, parts) : undefined;
  if (tokens !== undefined) authenticators.push(tokens.authenticator);
  const authenticator = firstOf(authenticators, callers.auth.join(', '));
  return {
    identify: (request) => authenticator.authenticate(readCredentials(request)),
    warm: () => tokens?.keySet.warm(),
    close: () => tokens?.keySet.close(),
  };
}
