import { constants, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { errorCode } from '../observability/error-code.ts';
import { Secret } from '../observability/secret.ts';
import { readSecretFile } from './secret-file.ts';
import type { Settings } from './settings.ts';
import { type SettingFault, SettingsError } from './settings-error.ts';
import { UnusableFile } from './text-file.ts';

/** What the files of TLS hold, checked: all of it belongs together and can be used. */
export interface TlsMaterial {
  /** PEM: this service's own certificate, and those between it and the authority. */
  readonly cert: string;
  readonly key: Secret;
  /** PEM: who issues client certificates. */
  readonly clientCa: string | undefined;
  /** Of this service's own certificate, by the wall clock. */
  readonly validFromMs: number;
  readonly expiresAtMs: number;
}

/**
 * Nothing where the settings name no files: then somebody else speaks TLS, or nobody.
 *
 * @throws SettingsError with every fault; none of them holds anything of the key
 */
export function readTlsFiles({ certFile, keyFile, clientCaFile }: Settings['tls']): TlsMaterial | undefined {
  // The settings name both or none, see `callersFaults`.
  if (certFile === undefined || keyFile === undefined) return undefined;
  const faults: SettingFault[] = [];
  function check<Value>(path: string, read: () => Value): Value | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof UnusableFile)) throw error;
      faults.push({ path, detail: error.message });
      return undefined;
    }
  }
  const cert = check('TLS_CERT_FILE', () => readCertificates(certFile));
  const key = check('TLS_KEY_FILE', () => readKey(keyFile));
  const clientCa =
    clientCaFile === undefined
      ? undefined
      : check('TLS_CLIENT_CA_FILE', () => readCertificates(clientCaFile).pem);
  if (cert && key) check('TLS_KEY_FILE', () => requirePair(cert.first, key.object));
  if (faults.length > 0 || !cert || !key) throw new SettingsError(faults);

  const material = { cert: cert.pem, key: new Secret(key.pem), clientCa };
  check('TLS_CERT_FILE', () => requireUsable(material));
  if (faults.length > 0) throw new SettingsError(faults);
  const { validFromDate, validToDate } = cert.first;
  return { ...material, validFromMs: validFromDate.getTime(), expiresAtMs: validToDate.getTime() };
}

/** For Node: `tls.createSecureContext`, and all that takes its options. */
export function toSecureContextOptions(material: Pick<TlsMaterial, 'cert' | 'key' | 'clientCa'>) {
  const { cert, key, clientCa } = material;
  return {
    cert,
    key: key.reveal(),
    ...(clientCa !== undefined && { ca: clientCa }),
    // Older ones are broken (RFC 8996), and flags of Node's command line would allow them.
    minVersion: 'TLSv1.2',
    // A client certificate is verified when a connection begins; it must not become another one later.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  } as const;
}

const certificatePem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function readCertificates(path: string): { readonly pem: string; readonly first: X509Certificate } {
  const pem = readSecretFile(path, { mayHaveLines: true });
  const [first] = (pem.match(certificatePem) ?? []).map((one, at) => {
    try {
      return new X509Certificate(one);
    } catch {
      throw new UnusableFile('NOT_A_CERTIFICATE', `names a file whose certificate ${at + 1} is damaged`);
    }
  });
  if (first !== undefined) return { pem, first };
  const detail = 'names a file without a certificate in PEM (-----BEGIN CERTIFICATE-----)';
  throw new UnusableFile('NOT_A_CERTIFICATE', detail);
}

function readKey(path: string): { readonly pem: string; readonly object: KeyObject } {
  const pem = readSecretFile(path, { mayHaveLines: true });
  // Node's error does not always say so. The second form is that of old OpenSSL (RFC 1421).
  if (/-----BEGIN ENCRYPTED |^Proc-Type: 4,ENCRYPTED/m.test(pem)) {
    const detail =
      'names a key with a passphrase: save it without one, in a file that only this service reads';
    throw new UnusableFile('ENCRYPTED', detail);
  }
  try {
    return { pem, object: createPrivateKey(pem) };
  } catch {
    const detail = 'names a file without a private key in PEM (-----BEGIN PRIVATE KEY-----)';
    throw new UnusableFile('NOT_A_KEY', detail);
  }
}

function requirePair(certificate: X509Certificate, key: KeyObject): void {
  if (certificate.checkPrivateKey(key)) return;
  const detail =
    "names a key that does not belong to the first certificate of TLS_CERT_FILE, which has to be this service's own";
  throw new UnusableFile('NOT_A_PAIR', detail);
}

/** What only OpenSSL knows, such as a key that is too short. */
function requireUsable(material: Pick<TlsMaterial, 'cert' | 'key' | 'clientCa'>): void {
  try {
    createSecureContext(toSecureContextOptions(material));
  } catch (error) {
    const code = errorCode(error) ?? 'unknown';
    throw new UnusableFile(code, `and the files beside it cannot be used for TLS (${code})`);
  }
}
