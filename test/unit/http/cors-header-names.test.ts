import { describe, expect, it } from '@jest/globals';
import { allowedHeaders, exposedHeaders } from '../../../src/http/cors/header-names.ts';
import { openApiDocument } from '../../../src/http/openapi/document.ts';

describe('the names of headers', () => {
  const operations = Object.values(openApiDocument.paths ?? {}).flatMap((item) =>
    Object.values(item).map(Object),
  );
  const lower = (names: readonly string[]) => names.map((name) => name.toLowerCase());

  it('that a page may read are those that the document has', () => {
    const documented = operations.flatMap(({ responses }) =>
      Object.values(responses).flatMap((one) => Object.keys(Object(one).headers ?? {})),
    );
    // A page has no use for these.
    const ofCaches = ['vary', 'x-accel-buffering'];
    const missing = documented.filter((name) => ![...lower(exposedHeaders), ...ofCaches].includes(name));
    expect([...new Set(missing)]).toEqual([]);
  });

  it('that a page may send are those that the document has', () => {
    const documented = operations.flatMap(({ parameters = [] }) =>
      Object.values(parameters)
        .map(Object)
        .filter((one) => one.in === 'header')
        .map(({ name }) => String(name)),
    );
    expect(documented.length).toBeGreaterThan(10);
    const missing = documented.filter((name) => !lower(allowedHeaders).includes(name.toLowerCase()));
    expect([...new Set(missing)]).toEqual([]);
  });
});
