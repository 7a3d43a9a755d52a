import { errors, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyResult, jwtVerify } from 'jose';
import type { Clock } from '../../observability/clock.ts';
import { TokenRefused } from './token-refused.ts';

export interface TokenRules {
  readonly issuer: string;
  readonly audience: string;
  /** Only algorithms of a public key. */
  readonly algorithms: readonly string[];
  /** Whether an object in a text of JSON has a name twice: another reader of the token might take the other value. */
  readonly repeatsName: (json: string) => boolean;
  readonly clock: Clock;
}

/** How far the issuer's clock may be from ours; those that are kept right differ by milliseconds. */
export const leewayMs = 30_000;
/** The last moment that a date can hold, in milliseconds. */
const latestMs = 8.64e15;

/** That of an access token (RFC 9068), or of a JWT that does not say what it is for, as many issuers write it. */
const accessTokenTypes = ['jwt', 'at+jwt'];

function isAccessTokenType(typ: unknown): boolean {
  if (typ === undefined) return true;
  return (
    typeof typ === 'string' && accessTokenTypes.includes(typ.toLowerCase().replace(/^application\//, ''))
  );
}

/** Checks signatures and claims; the key itself is chosen by `find`. @throws TokenRefused, an error of jose */
export function createVerifyToken({ issuer, audience, algorithms, repeatsName, clock }: TokenRules) {
  /** The parts of a token are looked at in the order in which they can be believed. */
  return async (token: string, find: JWTVerifyGetKey): Promise<JWTPayload & { readonly exp: number }> => {
    const nowMs = clock.wallNow();
    const { payload, protectedHeader } = await verifyWithAny(token, find, {
      issuer,
      audience,
      algorithms: [...algorithms],
      requiredClaims: ['exp'],
      clockTolerance: leewayMs / 1000,
      currentDate: new Date(nowMs),
    });
    const { exp, iat } = payload;
    if (exp === undefined || !(exp * 1000 <= latestMs)) throw new TokenRefused('its "exp" is no date');
    if (iat !== undefined && !(iat * 1000 <= nowMs + leewayMs)) {
      throw new TokenRefused('its "iat" is in the future');
    }
    if (!isAccessTokenType(protectedHeader.typ)) {
      throw new TokenRefused('its "typ" is not one of an access token');
    }
    // What has to be understood, in whatever part of it, is not understood here.
    if (protectedHeader.crit !== undefined) throw new TokenRefused('its header has "crit"');
    const [header = '', claims = ''] = token.split('.');
    if (repeatsName(textOf(header)) || repeatsName(textOf(claims))) {
      throw new TokenRefused('it has a name twice in one object');
    }
    return { ...payload, exp };
  };
}

const textOf = (part: string) => Buffer.from(part, 'base64url').toString();

type Options = Parameters<typeof jwtVerify>[2];

/** A token without a `kid` may be of any of the keys that fit: between two keys of an issuer that names none. */
async function verifyWithAny(
  token: string,
  find: JWTVerifyGetKey,
  options: Options,
): Promise<JWTVerifyResult> {
  try {
    return await jwtVerify(token, find, options);
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      const verified = await jwtVerify(token, key, options).catch(whereSignedByAnother);
      if (verified !== undefined) return verified;
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

function whereSignedByAnother(error: unknown): undefined {
  if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
}
