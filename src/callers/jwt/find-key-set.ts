import type { GetJson } from './get-json.ts';
import { KeysNotLoaded } from './keys-not-loaded.ts';

export interface KeySetAddress {
  /** The `iss` of the tokens. */
  readonly issuer: string;
  /** Where the key set is, without asking the issuer for it. */
  readonly jwksUrl?: string | undefined;
  /** Whether a URL may be asked: whoever is in between must not be able to answer with keys of his own. */
  readonly mayAsk: (url: URL) => boolean;
}

/** Gets the key set as it is now. @throws KeysNotLoaded */
export type GetKeySet = (signal: AbortSignal) => Promise<unknown>;

/**
 * The key set (RFC 7517, 5) at its URL, or at the `jwks_uri` of the issuer's own document: OpenID Connect Discovery, 4,
 * and where there is none, RFC 8414. The document is asked for each time, so an issuer may move its keys.
 */
export function createGetKeySet({ issuer, jwksUrl, mayAsk }: KeySetAddress, getJson: GetJson): GetKeySet {
  async function discover(signal: AbortSignal): Promise<URL> {
    const document = await readDocument(signal);
    const { issuer: named, jwks_uri: uri } = Object(document);
    // Otherwise one issuer could answer for another (RFC 8414, 3.3).
    if (named !== issuer) throw new KeysNotLoaded(`The document of ${issuer} is that of another issuer`);
    if (typeof uri !== 'string' || !URL.canParse(uri)) {
      throw new KeysNotLoaded(`The document of ${issuer} names no jwks_uri`);
    }
    const url = new URL(uri);
    if (/^https?:$/.test(url.protocol) && mayAsk(url)) return url;
    throw new KeysNotLoaded(`The jwks_uri of ${issuer} is not https`);
  }

  async function readDocument(signal: AbortSignal): Promise<unknown> {
    const [openId, oauth] = documentsOf(issuer);
    try {
      return await getJson(openId, signal);
    } catch (error) {
      if (error instanceof KeysNotLoaded && error.status === 404) return await getJson(oauth, signal);
      throw error;
    }
  }

  return async (signal) => await getJson(jwksUrl ? new URL(jwksUrl) : await discover(signal), signal);
}

/** The one appends to the issuer's path, the other puts itself in front of it; a slash at the end counts for neither. */
function documentsOf(issuer: string): [openId: URL, oauth: URL] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  return [
    new URL(`${origin}${path}/.well-known/openid-configuration`),
    new URL(`${origin}/.well-known/oauth-authorization-server${path}`),
  ];
}
