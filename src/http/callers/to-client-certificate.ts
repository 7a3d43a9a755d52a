import type { X509Certificate } from 'node:crypto';
import type { ClientCertificate } from '../../callers/authenticator.ts';

/** A certificate as the list of callers knows it. */
export function toClientCertificate({ fingerprint256, validToDate }: X509Certificate): ClientCertificate {
  return { sha256: fingerprint256.replaceAll(':', '').toLowerCase(), expiresAtMs: validToDate.getTime() };
}
