import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { readPrivateKey } from '../../../src/config/private-key.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pkcs8 = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const pkcs1 = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const encrypted = privateKey
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'pass' })
  .toString();
const legacy = privateKey
  .export({ type: 'pkcs1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'pass' })
  .toString();

// Ways in which keys got lost on their way through variables and forms: https://github.com/auth0/node-jsonwebtoken/issues/191,
// https://github.com/auth0/node-jsonwebtoken/issues/517, https://github.com/auth0/node-jsonwebtoken/issues/669
describe('a private key', () => {
  it.each<[string, (pem: string) => string]>([
    ['as it is', (pem) => pem],
    ['with the line ends of Windows', (pem) => pem.replaceAll('\n', '\r\n')],
    ['with \\n written out', (pem) => pem.replaceAll('\n', '\\n')],
    ['with \\r\\n written out', (pem) => pem.replaceAll('\n', '\\r\\n')],
    ['with \\r written out', (pem) => pem.replaceAll('\n', '\\r')],
    ['with a blank for each line end', (pem) => pem.replaceAll('\n', ' ')],
    ['without any line end', (pem) => pem.replaceAll('\n', '')],
    ['indented, as in YAML', (pem) => pem.replaceAll('\n', '\n    ')],
    ['in base64', (pem) => Buffer.from(pem).toString('base64')],
    ['in base64 with lines', (pem) => Buffer.from(pem).toString('base64').replaceAll(/.{76}/g, '$&\n')],
  ])('is read %s', (_name, encode) => {
    expect(readPrivateKey(encode(pkcs8))).toBe(pkcs8);
    expect(readPrivateKey(encode(pkcs1))).toBe(pkcs1);
    expect(readPrivateKey(encode(encrypted), 'pass')).toBe(encrypted);
  });

  it('with headers of its own keeps them', () => {
    expect(readPrivateKey(legacy, 'pass')).toBe(legacy);
    expect(readPrivateKey(legacy.replaceAll('\n', '\\n'), 'pass')).toBe(legacy);
  });

  it.each([
    ['a public key', publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'must be a private key'],
    [
      'a certificate',
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
      'must be a private key',
    ],
    ['a key without its end', pkcs8.slice(0, 200), 'cannot be read'],
    ['a key without its passphrase', encrypted, 'cannot be read'],
    [
      'a key of another kind',
      generateKeyPairSync('ec', { namedCurve: 'P-256' })
        .privateKey.export({ type: 'pkcs8', format: 'pem' })
        .toString(),
      'must be an RSA key',
    ],
  ])('is not %s, and the sentence holds nothing of it', (_name, text, sentence) => {
    let message = '';
    try {
      readPrivateKey(text);
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain(sentence);
    expect(message).not.toContain(text.split('\n')[1]);
  });
});
