import { z } from 'zod';

/** What IMS granted; `life` in the unit of its endpoint. */
export interface Grant {
  readonly accessToken: string;
  readonly life: number;
}

/** Why an answer is no grant, in the operator's words. Holds nothing of the answer but what is no secret. */
export interface NoGrant {
  readonly reason: string;
}

/** Each is looked at below, so that what cannot be read has a name. */
const answerSchema = z.object({
  access_token: z.unknown().optional(),
  token_type: z.unknown().optional(),
  expires_in: z.unknown().optional(),
});

/** What may stand in an `Authorization` header: visible ASCII without a space (RFC 6750, 2.1; RFC 9110, 5.5). */
const sendable = /^[\x21-\x7e]+$/;

/** `"86399"` and `"86399.5"`; other spellings of a number are not guessed. */
const digits = /^\s*\d{1,15}(?:\.\d{1,15})?\s*$/;

/**
 * Reads the body of a token answer (RFC 6749, 5.1) from either endpoint. A life in digits is a number, whether IMS or
 * a gateway has put quotes around it; a token that could not be sent as it is, is refused here and not where it is sent.
 */
export function readGrant(body: unknown): Grant | NoGrant {
  const { data: fields } = answerSchema.safeParse(body);
  if (fields === undefined) return { reason: 'something that is no JSON object' };
  const { access_token, token_type, expires_in } = fields;
  if (access_token === undefined || access_token === null) return { reason: 'no access_token' };
  if (typeof access_token !== 'string') return { reason: 'an access_token that is no text' };
  if (access_token === '') return { reason: 'an empty access_token' };
  if (!sendable.test(access_token)) {
    return { reason: 'an access_token with a character that no header may hold' };
  }
  // RFC 6749, 7.1: a token of a type that a client does not understand must not be used.
  if (!isBearer(token_type)) return { reason: 'a token_type other than bearer' };
  const life = toNumber(expires_in);
  if (life === undefined) {
    const isAbsent = expires_in === undefined || expires_in === null;
    return { reason: isAbsent ? 'no expires_in' : 'an expires_in that is no number' };
  }
  return { accessToken: access_token, life };
}

function isBearer(type: unknown): boolean {
  if (type === undefined || type === null) return true;
  return typeof type === 'string' && type.trim().toLowerCase() === 'bearer';
}

function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && digits.test(value) ? Number(value) : undefined;
}
