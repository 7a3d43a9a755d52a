import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Response } from 'supertest';
import { securityHeaders } from '../../src/http/connections/security-headers.ts';
import { openApiDocument } from '../../src/http/openapi/document.ts';

/** The published document, so that every test of an answer is also a test of what we say of it. */
const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema(openApiDocument, 'openapi');

/** What every answer may have, which the document does not repeat for each. */
const everywhere = new Set([
  ...Object.keys(securityHeaders),
  ...['cache-control', 'connection', 'content-length', 'content-type', 'date', 'keep-alive'],
  'transfer-encoding',
  // Where CORS is on.
  ...['access-control-allow-origin', 'access-control-expose-headers', 'vary'],
]);

interface DocumentedResponse {
  readonly headers?: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly content?: Readonly<Record<string, unknown>>;
}

/**
 * Fails for a status, a media type, a body or a header that the document does not know, and for a header that it
 * requires and that is missing.
 * What no operation stands for (an unknown path, an unknown method) has to be a problem all the same.
 */
export function checkAgainstOpenApi(method: string, url: string, response: Response): void {
  const mediaType = response.type;
  const template = templateOf(url.split('?')[0] ?? '');
  const item: Record<string, unknown> = Object(template && Object(openApiDocument.paths)[template]);
  const operation = Object(item[method === 'HEAD' ? 'get' : method.toLowerCase()]);
  const responses: Record<string, DocumentedResponse> = Object(operation.responses);
  const documented = responses[String(response.status)];

  if (documented === undefined) {
    const isFallback = [404, 405, 400].includes(response.status) && mediaType === 'application/problem+json';
    if (!isFallback)
      throw new Error(`${method} ${url}: ${response.status} ${mediaType} is not in the document`);
    if (response.status === 405 && response.headers.allow === undefined)
      throw new Error(`${method} ${url}: 405 without Allow (RFC 9110, 15.5.6)`);
    if (method !== 'HEAD') validate('openapi#/components/schemas/Problem', response);
    return;
  }
  const undocumented = Object.keys(response.headers).filter(
    (name) => !everywhere.has(name) && documented.headers?.[name] === undefined,
  );
  if (undocumented.length > 0)
    throw new Error(`${method} ${url}: ${response.status} is not documented with ${undocumented.join(', ')}`);
  for (const [name, { required }] of Object.entries(documented.headers ?? {})) {
    if (required && response.headers[name] === undefined)
      throw new Error(`${method} ${url}: no ${name} header`);
  }
  if (documented.content === undefined) {
    if (response.text) throw new Error(`${method} ${url}: ${response.status} is documented without a body`);
    return;
  }
  if (!documented.content[mediaType]) {
    throw new Error(`${method} ${url}: ${response.status} is not documented as ${mediaType}`);
  }
  if (method === 'HEAD' || !mediaType.includes('json')) return;
  const parts = ['paths', template ?? '', method.toLowerCase(), 'responses', String(response.status)];
  validate(`openapi#/${[...parts, 'content', mediaType, 'schema'].map(escapePart).join('/')}`, response);
}

/** Fails for what is no problem, or is one of another status: for answers to what is no request of any operation. */
export function checkAgainstOpenApiProblem(status: number, body: unknown): void {
  validateBody('openapi#/components/schemas/Problem', body);
  if (Object(body).status !== status) throw new Error(`${status}: ${JSON.stringify(body)}`);
}

function validate(reference: string, response: Response): void {
  validateBody(reference, typeof response.body === 'object' ? response.body : JSON.parse(response.text));
}

function validateBody(reference: string, body: unknown): void {
  const check = ajv.getSchema(reference);
  if (check === undefined) throw new Error(`There is no schema at ${reference}`);
  if (!check(body))
    throw new Error(`${reference}: ${ajv.errorsText(check.errors)} in ${JSON.stringify(body)}`);
}

function templateOf(path: string): string | undefined {
  return Object.keys(openApiDocument.paths ?? {}).find((template) => {
    const pattern = template.replace(/\{[^}]+\}/g, '[^/]+').replaceAll('.', '\\.');
    return new RegExp(`^${pattern}$`).test(path);
  });
}

/** A JSON pointer inside of a URI fragment. */
function escapePart(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}
