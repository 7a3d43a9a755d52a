import { describe, expect, it } from '@jest/globals';
import { targetPath } from '../../../src/platform/target-path.ts';

describe('the path of an upstream call', () => {
  it('is below the export jobs', () => {
    expect(targetPath({})).toBe('/data/core/ups/export/jobs');
    expect(targetPath({ id: '100' })).toBe('/data/core/ups/export/jobs/100');
    expect(targetPath({ query: { limit: '2', offset: 'a b&c', status: undefined } })).toBe(
      '/data/core/ups/export/jobs?limit=2&offset=a+b%26c',
    );
  });

  it.each(['/', '?x=1', '#x', '../x', '\\..', '%2e%2e'])('keeps the id %s to itself', (id) => {
    const path = targetPath({ id });
    expect(path).toBe(`/data/core/ups/export/jobs/${encodeURIComponent(id)}`);
  });

  it.each(['.', '..'])('refuses the id %s, which would lead out of them', (id) => {
    expect(() => targetPath({ id })).toThrow(TypeError);
  });
});
