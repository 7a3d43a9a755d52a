/*
 * Adobe's codes: numbers of the gateway (`403025`), names of services (`UPAPI-113752-403`), words (`missing-entity`),
 * the HTTP status once more (`400`).
 */

/** They stand where something else should. */
const placeholders = new Set([
  '',
  'about',
  'blank',
  'error',
  'errors',
  'none',
  'null',
  'object',
  'problem',
  'string',
  'type',
  'undefined',
  'unknown',
  'uri',
  'url',
]);

const longestCode = 128;

/** A value as a code, or nothing where it is none, such as a sentence. */
export function toCode(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || text.length > longestCode) return undefined;
  return /^[\x21-\x7e]+$/.test(text) ? text : undefined;
}

/** The code that a problem's `type` ends in: `https://ns.adobe.com/aep/errors/UPLIB-101554-503`. */
export function codeOfType(type: unknown): string | undefined {
  const code = toCode(type)?.replace(/\/+$/, '').split(/[/#:]/).at(-1);
  return code === undefined || placeholders.has(code.toLowerCase()) ? undefined : code;
}

/** The one that tells more; the first where both tell as much. */
export function moreTelling(one: string | undefined, other: string): string {
  return one !== undefined && rank(one) >= rank(other) ? one : other;
}

/** The HTTP status that a code stands for: the gateway's begin with it, services' end in it. */
export function statusOfCode(code: string | undefined): number | undefined {
  const status = /^([45]\d\d)(?:\d{3})?$/.exec(code ?? '')?.[1] ?? /-([45]\d\d)$/.exec(code ?? '')?.[1];
  return status === undefined ? undefined : Number(status);
}

function rank(code: string): number {
  if (placeholders.has(code.toLowerCase())) return 0;
  // A status says what is on the wire already.
  if (/^\d{1,3}$/.test(code)) return 1;
  return /\d/.test(code) ? 3 : 2;
}
