import { describe, expect, it } from '@jest/globals';
import { Representation } from '../../../src/jobs/known/representation.ts';

describe('a representation', () => {
  const json = '{"name":"Zürich 上 🌍"}';

  it('has the same tag for the same text', () => {
    const [one, other] = [new Representation(json), new Representation(json)];
    expect([one.tag, other.tag]).toEqual([expect.stringMatching(/^[\w-]{27}$/), one.tag]);
  });

  it('has another tag for the smallest difference', () => {
    const tags = ['{"a":1}', '{"a":2}', '{"a":1} ', '{"b":1}'].map((text) => new Representation(text).tag);
    expect(new Set(tags).size).toBe(4);
  });

  it('is as large as V8 keeps it: two bytes a character as soon as one does not fit into one', () => {
    expect(new Representation('{"name":"Zurich"}').size).toBe(17);
    expect(new Representation(json).size).toBe(2 * json.length);
  });
});
