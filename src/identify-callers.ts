import { type Authenticator, firstOf } from './callers/authenticator.ts';
import type { Settings } from './config/settings.ts';
import { createAnyone } from './http/callers/anyone.ts';
import type { IdentifyCaller } from './http/callers/authenticate.ts';
import { readCredentials } from './http/callers/read-credentials.ts';

/** How the settings want callers to be authenticated. */
export function createIdentifyCaller({ callers, adobe }: Settings): IdentifyCaller {
  if (callers.auth.includes('none')) return createAnyone(adobe.sandboxes);
  const authenticators: Authenticator[] = [];
  const authenticator = firstOf(authenticators, callers.auth.join(', '));
  return (request) => authenticator.authenticate(readCredentials(request));
}
