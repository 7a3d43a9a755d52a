import { createApiKeyAuthenticator } from './callers/api-key.ts';
import { type Authenticator, firstOf } from './callers/authenticator.ts';
import type { CallerList } from './callers/caller-list.ts';
import { createCertificateAuthenticator } from './callers/certificate-authenticator.ts';
import { createListedCallers } from './callers/listed-callers.ts';
import { needsCallersFile, openCallersFile } from './config/callers-file.ts';
import type { ListedCallersRead } from './config/parse-listed-callers.ts';
import type { Settings } from './config/settings.ts';
import { followFile, toSettingsError } from './follow-file.ts';
import { createAnyone } from './http/callers/anyone.ts';
import type { IdentifyCaller } from './http/callers/authenticate.ts';
import { readClientCertificate } from './http/callers/client-certificate.ts';
import { readCredentials } from './http/callers/read-credentials.ts';
import type { Clock } from './observability/clock.ts';
import type { Log } from './observability/log.ts';
import { createTokenVerification } from './token-verification.ts';

export interface IdentifyParts {
  readonly log: Log;
  readonly clock: Clock;
}

export interface CallersIdentified {
  readonly identify: IdentifyCaller;
  /** Fetches ahead what the first caller would wait for. */
  warm(): void;
  /** Leaves no timer and no connection; nothing is read again after this. */
  close(): void;
}

/**
 * How the settings want callers to be authenticated.
 *
 * @throws SettingsError where CALLERS_FILE cannot be used any more
 */
export function identifyCallers(settings: Settings, parts: IdentifyParts): CallersIdentified {
  const { callers, adobe } = settings;
  if (callers.auth.includes('none')) {
    return { identify: createAnyone(adobe.sandboxes), warm() {}, close() {} };
  }
  const tokens = callers.auth.includes('jwt') ? createTokenVerification(settings, parts) : undefined;
  const listed = listCallers(settings, parts);
  const authenticators: Authenticator[] = [];
  // First, because it takes what looks like a token, and a key may look like anything.
  if (tokens) authenticators.push(tokens.authenticator);
  if (listed && callers.auth.includes('api-key')) {
    authenticators.push(createApiKeyAuthenticator({ callers: listed.list, ...parts }));
  }
  // Last: in a mesh every connection has a certificate, and what the request itself brings says more.
  const hasCertificates = callers.auth.includes('mtls');
  if (listed && hasCertificates)
    authenticators.push(createCertificateAuthenticator(listed.list, parts.clock));
  const certificateOf = hasCertificates ? readClientCertificate : undefined;
  const authenticator = firstOf(authenticators, callers.auth.join(', '));
  return {
    identify: (request) => authenticator.authenticate(readCredentials(request, certificateOf)),
    warm: () => tokens?.keySet.warm(),
    close() {
      tokens?.keySet.close();
      listed?.close();
    },
  };
}

function listCallers(
  { callers, adobe }: Settings,
  parts: IdentifyParts,
): { list: CallerList; close(): void } | undefined {
  if (callers.file === undefined || !needsCallersFile(callers.auth)) return undefined;
  const name = 'CALLERS_FILE';
  const { initial, readChange } = openCallersFile(callers.file, adobe.sandboxes);
  if ('faults' in initial) throw toSettingsError(name, initial.faults);
  const list = createListedCallers(initial.callers);
  const use = (read: ListedCallersRead) => list.replace(read.callers);
  return { list, close: followFile({ name, readChange, use, ...parts }) };
}
