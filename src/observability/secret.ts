import { inspect } from 'node:util';

const mask = '[secret]';

/**
 * A value that no serializer, inspector or template prints: JSON, `console.log`, string concatenation
 * and pino all show a mask. Whoever needs the value has to say so by calling `reveal`.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  equals(other: Secret): boolean {
    return this.#value === other.#value;
  }

  toString(): string {
    return mask;
  }

  toJSON(): string {
    return mask;
  }

  [inspect.custom](): string {
    return mask;
  }
}

/** What looks like a JSON Web Token is one of Adobe's tokens, whoever's it is. */
const webToken = /\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g;

/**
 * Masks the secrets, and whatever looks like a token, in a text from upstream: an error that quotes the credential
 * must not bring it into our log or our answer.
 */
export function redact(text: string, secrets: readonly Secret[]): string {
  const masked = secrets
    .map((secret) => secret.reveal())
    .filter((value) => value !== '')
    .reduce((masked, value) => masked.replaceAll(value, mask), text);
  return mayHoldToken(masked) ? masked.replace(webToken, mask) : masked;
}

/**
 * A quick check, because the pattern is slow on a long text. It looks for `yJ` and not for `eyJ`, because `e` is the most
 * frequent letter: a page of jobs took 34 µs.
 */
function mayHoldToken(text: string): boolean {
  for (let at = text.indexOf('yJ'); at >= 0; at = text.indexOf('yJ', at + 1)) {
    if (text[at - 1] === 'e') return true;
  }
  return false;
}
