import { describe, expect, it } from '@jest/globals';
import { toRepresentation } from '../../../../src/jobs/cache/cached.ts';

describe('a representation', () => {
  const json = '{"name":"Zürich 上 🌍"}';

  it('has the same tag for the same text', () => {
    const [one, other] = [toRepresentation(json), toRepresentation(json)];
    expect([one.tag, other.tag]).toEqual([expect.stringMatching(/^[\w-]{27}$/), one.tag]);
  });

  it('has another tag for the smallest difference', () => {
    const tags = ['{"a":1}', '{"a":2}', '{"a":1} ', '{"b":1}'].map((text) => toRepresentation(text).tag);
    expect(new Set(tags).size).toBe(4);
  });

  it('is as large as V8 keeps it: two bytes a character as soon as one of them does not fit into one byte', () => {
    expect(toRepresentation('{"name":"Zurich"}').size).toBe(17);
    expect(toRepresentation(json).size).toBe(2 * json.length);
  });
});
