import { X509Certificate } from 'node:crypto';
import type { ClientCertificate } from '../../callers/authenticator.ts';
import { toClientCertificate } from './to-client-certificate.ts';

/**
 * A key and its value, plain or in quotes, and what follows. Nothing may stand between a closing quote and the next
 * separator: with a quote that it does not close, a caller could otherwise make what the proxy appends a part of its own
 * text. No two neighbouring parts can match the same character, so it takes linear time.
 */
const pair = /[ \t]*([A-Za-z]+)=(?:"((?:[^"\\]|\\.)*)"[ \t]*|([^",;\\]*))([;,]|$)/y;

const sha256 = /^[0-9a-f]{64}$/i;

/**
 * The client certificate in an `X-Forwarded-Client-Cert` header: of the last element, which the nearest proxy has added
 * about who called it. Elements before it were brought to that proxy, maybe by the caller itself.
 *
 * @returns nothing where the header does not say, beyond doubt, which certificate it was
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/headers#x-forwarded-client-cert
 */
export function readForwardedCertificate(header: string): ClientCertificate | undefined {
  const last = lastElement(header);
  const hash = last?.get('hash');
  if (hash !== undefined) {
    // The proxy has looked at the dates when the connection began.
    return sha256.test(hash) ? { sha256: hash.toLowerCase(), expiresAtMs: undefined } : undefined;
  }
  const pem = last?.get('cert');
  return pem === undefined ? undefined : readPem(pem);
}

/** Keys in lower case; nothing where any element breaks the syntax, or the last one has a key twice that counts here. */
function lastElement(header: string): ReadonlyMap<string, string> | undefined {
  let element = new Map<string, string>();
  for (let at = 0; ; at = pair.lastIndex) {
    pair.lastIndex = at;
    const found = pair.exec(header);
    if (found === null) return undefined;
    const [, name = '', quoted, plain = '', separator] = found;
    const key = name.toLowerCase();
    if (element.has(key) && key !== 'dns') element.set(key, '');
    else element.set(key, quoted?.replaceAll(/\\(.)/g, '$1') ?? plain.trim());
    if (separator === '') return element;
    if (separator === ',') element = new Map();
  }
}

function readPem(encoded: string): ClientCertificate | undefined {
  try {
    return toClientCertificate(new X509Certificate(decodeURIComponent(encoded)));
  } catch {
    return undefined;
  }
}
