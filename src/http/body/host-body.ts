import type { Request } from 'express';

/** What a parser of the host application has left of a body. */
export type HostBody =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly value: unknown };

interface ParsedRequest extends Request {
  /** Where hosts keep the bytes beside the value: by body-parser's `verify`, and in functions of some clouds. */
  readonly rawBody?: unknown;
}

/**
 * A host application may have read the body before us: nothing where it has not. Bytes are best, because only
 * they show a damaged character and a name that is there twice.
 */
export function hostBodyOf(request: ParsedRequest): HostBody | undefined {
  const { body, rawBody } = request;
  const bytes = [rawBody, body].find((one) => one instanceof Uint8Array);
  if (bytes !== undefined) return { kind: 'bytes', bytes };
  if (typeof body === 'string') return { kind: 'text', text: body };
  return body === undefined ? undefined : { kind: 'value', value: body };
}
