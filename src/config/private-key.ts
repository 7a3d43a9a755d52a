import { createPrivateKey } from 'node:crypto';

/**
 * A PEM private key with real newlines, however it was handed over: as it is, with `\n` written out (as in
 * one line of an .env file), with blanks or nothing in place of newlines (as in a field of a form), or in base64.
 *
 * @throws Error with a sentence that says what to do, and nothing of the key
 */
export function readPrivateKey(given: string, passphrase?: string): string {
  const unescaped = given.replaceAll(/\\[rn]/g, '\n').trim();
  const text = unescaped.includes('-----BEGIN')
    ? unescaped
    : Buffer.from(unescaped, 'base64').toString().trim();
  if (!text.includes('-----BEGIN')) {
    throw new Error('must be a private key in PEM, as it is, with \\n for its newlines, or in base64');
  }
  const pem = wrapLines(text);
  if (!pem.includes('PRIVATE KEY-----')) {
    throw new Error(
      'must be a private key: this PEM holds something else, such as a certificate or a public key',
    );
  }
  try {
    const key = createPrivateKey({ key: pem, ...(passphrase !== undefined && { passphrase }) });
    if (key.asymmetricKeyType === 'rsa') return `${pem}\n`;
  } catch {
    // Node's own message is about OpenSSL decoders and does not say what to do.
    throw new Error('cannot be read: the PEM is damaged, or its passphrase is missing or wrong');
  }
  throw new Error('must be an RSA key: IMS verifies RS256');
}

/**
 * The same key without its passphrase, so that it stays usable while the files of both are being replaced, one after the
 * other.
 *
 * @param pem that `readPrivateKey` has read with this passphrase
 */
export function withoutPassphrase(pem: string, passphrase: string | undefined): string {
  if (passphrase === undefined) return pem;
  return String(createPrivateKey({ key: pem, passphrase }).export({ type: 'pkcs8', format: 'pem' }));
}

/** A PEM with its body in lines, wherever those have got lost; one with headers of its own (RFC 1421) stays as it is. */
function wrapLines(text: string): string {
  return text.replace(
    /-----BEGIN ([A-Z ]+)-----([^-]*)-----END \1-----/,
    (whole, label: string, body: string) => {
      if (body.includes(':')) return whole;
      const lines = body.replaceAll(/\s/g, '').match(/.{1,64}/g) ?? [];
      return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`].join('\n');
    },
  );
}
