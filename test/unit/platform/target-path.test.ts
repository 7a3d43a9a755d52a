import { describe, expect, it } from '@jest/globals';
import { jobsTarget, jobTarget } from '../../../src/platform/target-path.ts';

describe('the path of an upstream call', () => {
  const resolved = (path: string) => new URL(path, 'http://platform');

  it('is below the export jobs', () => {
    expect(jobsTarget()).toBe('/data/core/ups/export/jobs');
    expect(jobTarget('100')).toBe('/data/core/ups/export/jobs/100');
    expect(jobsTarget({ limit: '2', offset: 'a b&c', status: undefined })).toBe(
      '/data/core/ups/export/jobs?limit=2&offset=a+b%26c',
    );
  });

  it.each(['/', '?x=1', '#x', '../x', '\\..', '%2e%2e', '.%2e', '%', '...', '.a', 'a/../..', '\t..', 'ü'])(
    'keeps the id %j to itself',
    (id) => {
      const path = jobTarget(id);
      expect(path).toBe(`/data/core/ups/export/jobs/${encodeURIComponent(id)}`);
      // As whoever reads a URL reads it.
      expect([resolved(path).pathname, resolved(path).search, resolved(path).hash]).toEqual([path, '', '']);
    },
  );

  it.each(['', '.', '..'])('refuses the id %j, which would lead out of them', (id) => {
    expect(() => jobTarget(id)).toThrow(TypeError);
  });
});
