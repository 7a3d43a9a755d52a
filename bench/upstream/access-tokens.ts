import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export const audience = 'bench-audience';

export interface AccessTokens {
  /** A JWK Set (RFC 7517), as JSON. */
  readonly keySet: Buffer;
  issue(issuer: string): Promise<string>;
}

/** An identity provider's part: keys, and a token that may read jobs. */
export async function createAccessTokens(): Promise<AccessTokens> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const key = { ...(await exportJWK(publicKey)), kid: 'bench', alg: 'ES256', use: 'sig' };
  return {
    keySet: Buffer.from(JSON.stringify({ keys: [key] })),
    issue: (issuer) =>
      new SignJWT({ scope: 'jobs:read' })
        .setProtectedHeader({ alg: 'ES256', kid: 'bench', typ: 'at+jwt' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject('bench')
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(privateKey),
  };
}
