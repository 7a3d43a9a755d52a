import { type Authenticator, firstOf } from './callers/authenticator.ts';
import type { CallerList } from './callers/caller-list.ts';
import { createCertificateAuthenticator } from './callers/certificate-authenticator.ts';
import type { Settings } from './config/settings.ts';
import { createAnyone } from './http/callers/anyone.ts';
import type { IdentifyCaller } from './http/callers/authenticate.ts';
import { readClientCertificate } from './http/callers/client-certificate.ts';
import { readCredentials } from './http/callers/read-credentials.ts';
import type { Clock } from './observability/clock.ts';

export interface IdentifyParts {
  readonly list: CallerList;
  readonly clock: Clock;
}

/** How the settings want callers to be authenticated. */
export function createIdentifyCaller({ callers, adobe }: Settings, parts: IdentifyParts): IdentifyCaller {
  if (callers.auth.includes('none')) return createAnyone(adobe.sandboxes);
  const authenticators: Authenticator[] = [];
  const hasCertificates = callers.auth.includes('mtls');
  // Last: in a mesh every connection has a certificate, and what the request itself brings says more.
  if (hasCertificates) authenticators.push(createCertificateAuthenticator(parts.list, parts.clock));
  const authenticator = firstOf(authenticators, callers.auth.join(', '));
  const certificateOf = hasCertificates ? readClientCertificate : undefined;
  return (request) => authenticator.authenticate(readCredentials(request, certificateOf));
}
