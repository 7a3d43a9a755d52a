import { errors } from 'jose';
import { invalidCredential, type NotAuthenticated } from '../errors.ts';

/** Why a token is refused by a rule of our own: what completes «The token is refused, because …». */
export class TokenRefused extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'TokenRefused';
  }
}

/** One sentence for all that can be wrong: who makes up tokens learns nothing from it. */
const detail = 'The token is not valid here.';
/** Told only of a token that is right otherwise, so that its caller gets a new one. */
const endedDetail = 'The token has ended: get a new one.';

/**
 * jose's errors, and our own, in words. The reason is for the log and for the doctor, and holds nothing of the token but
 * names of claims.
 */
export function refusalOf(error: unknown): NotAuthenticated {
  const because = `The token is refused, because ${reasonOf(error)}`;
  return invalidCredential(error instanceof errors.JWTExpired ? endedDetail : detail, because);
}

function reasonOf(error: unknown): string {
  if (error instanceof TokenRefused) return error.message;
  if (error instanceof errors.JWTExpired) return 'it has ended ("exp")';
  if (error instanceof errors.JWTClaimValidationFailed) return reasonOfClaim(error);
  if (error instanceof errors.JOSEAlgNotAllowed) return 'its algorithm is not one of JWT_ALGORITHMS';
  if (error instanceof errors.JWKSNoMatchingKey) return 'the key set has no key with its "kid" and "alg"';
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return "none of the issuer's keys has signed it";
  if (error instanceof errors.JOSENotSupported) return 'its header asks for what is not supported ("crit")';
  if (error instanceof errors.JOSEError) return `it is not a signed JWT (${error.code})`;
  // Such as a key that is too short for its algorithm.
  return `it cannot be verified${error instanceof TypeError ? ` (${error.message})` : ''}`;
}

function reasonOfClaim({ claim, reason }: errors.JWTClaimValidationFailed): string {
  if (reason === 'missing') return `it has no "${claim}"`;
  if (reason === 'invalid') return `its "${claim}" is not a number`;
  switch (claim) {
    case 'iss':
      return 'its "iss" is not JWT_ISSUER';
    case 'aud':
      return 'its "aud" does not have JWT_AUDIENCE';
    case 'nbf':
      return 'it is not valid yet ("nbf")';
    default:
      return `its "${claim}" is not valid`;
  }
}
