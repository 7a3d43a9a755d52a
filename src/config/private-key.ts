import { createPrivateKey } from 'node:crypto';

/**
 * A PEM private key with real newlines, however it was handed over: as it is, with `\n` written out (as in
 * one line of an .env file), or in base64.
 *
 * @throws Error with a sentence that says what to do, and nothing of the key
 */
export function readPrivateKey(given: string, passphrase?: string): string {
  const unescaped = given.trim().replaceAll('\\n', '\n');
  const pem = unescaped.includes('-----BEGIN')
    ? unescaped
    : Buffer.from(unescaped, 'base64').toString().trim();
  if (!pem.includes('-----BEGIN')) {
    throw new Error('must be a private key in PEM, as it is, with \\n for its newlines, or in base64');
  }
  try {
    const key = createPrivateKey({ key: pem, ...(passphrase !== undefined && { passphrase }) });
    if (key.asymmetricKeyType === 'rsa') return `${pem}\n`;
  } catch {
    // Node's own message speaks of OpenSSL decoders; nobody could act on it.
    throw new Error('cannot be read: the PEM is damaged, or its passphrase is missing or wrong');
  }
  throw new Error('must be an RSA key: IMS verifies RS256');
}
