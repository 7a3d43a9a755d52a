import { describe, expect, it } from '@jest/globals';
import { openApiDocument } from '../../../src/http/openapi/document.ts';

/** Each operation of the published document, as `GET /jobs`. */
const operations = Object.entries(openApiDocument.paths ?? {}).flatMap(([path, item]) =>
  Object.entries(item).map(
    ([method, operation]) => [`${method.toUpperCase()} ${path}`, Object(operation)] as const,
  ),
);

const needed: Readonly<Record<string, string>> = {
  'GET /jobs': 'jobs:read',
  'POST /jobs': 'jobs:create',
  'GET /jobs/{id}': 'jobs:read',
  'DELETE /jobs/{id}': 'jobs:cancel',
  'GET /jobs/{id}/events': 'jobs:read',
  'POST /jobs/{id}/events/tickets': 'jobs:read',
};

describe('the OpenAPI document', () => {
  it('names for each call about jobs the permission that it needs, by each way to authenticate', () => {
    const documented = operations
      .filter(([name]) => name.includes(' /jobs'))
      .map(([name, { security }]) => [name, Object.assign({}, ...security)]);
    const all = (permission: string | undefined) => ({
      accessToken: [permission],
      callerKey: [permission],
      clientCertificate: [permission],
    });
    expect(Object.fromEntries(documented)).toEqual(
      Object.fromEntries(Object.entries(needed).map(([name, permission]) => [name, all(permission)])),
    );
  });

  it.each(Object.keys(needed))('has 401, 403 and 429 with their headers for %s', (name) => {
    const { responses } = Object(Object.fromEntries(operations)[name]);
    const headersOf = (status: string) => Object.keys(responses[status].headers);
    expect(headersOf('401')).toContain('www-authenticate');
    expect(headersOf('403')).toContain('www-authenticate');
    expect(headersOf('429')).toEqual(
      expect.arrayContaining(['retry-after', 'ratelimit', 'ratelimit-policy']),
    );
  });

  it('says each code once in the description of a response', () => {
    for (const [, { responses }] of operations) {
      for (const { description } of Object.values<{ description: string }>(Object(responses))) {
        const codes = [...description.matchAll(/`([a-z-]+)`:/g)].map(([, code]) => code);
        expect(codes).toEqual([...new Set(codes)]);
      }
    }
  });
});
