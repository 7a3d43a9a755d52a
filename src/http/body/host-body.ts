import type { Request } from 'express';
import { UnreadableBody } from '../errors.ts';

/** What a parser of the host application has left of a body. */
export type HostBody =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'text'; readonly text: string };

interface ParsedRequest extends Request {
  /** Where hosts keep the bytes beside the value: by body-parser's `verify`, and in functions of some clouds. */
  readonly rawBody?: unknown;
}

/**
 * A host application may have read the body before us: nothing where it has not. Bytes are best, because only
 * they show a damaged character and a name that is there twice.
 *
 * @throws UnreadableBody
 */
export function hostBodyOf(request: ParsedRequest): HostBody | undefined {
  const { body, rawBody } = request;
  const bytes = [rawBody, body].find((one) => one instanceof Uint8Array);
  if (bytes !== undefined) return { kind: 'bytes', bytes };
  if (typeof body === 'string') return { kind: 'text', text: body };
  return body === undefined ? undefined : { kind: 'text', text: toJson(body) };
}

/**
 * A value that was parsed is written as JSON again and read like any other body: with the same bounds, and with nothing
 * that an object of the host's inherits.
 */
function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    // What is nested more deeply than the stack allows, or holds itself.
    throw new UnreadableBody('The body cannot be read: it is nested too deeply.');
  }
}
