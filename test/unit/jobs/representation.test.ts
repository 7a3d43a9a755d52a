import { describe, expect, it } from '@jest/globals';
import { PageRepresentation, TextRepresentation } from '../../../src/jobs/known/representation.ts';

describe('a representation', () => {
  const json = '{"name":"Zürich 上 🌍"}';

  it('has the same tag for the same text', () => {
    const [one, other] = [new TextRepresentation(json), new TextRepresentation(json)];
    expect([one.tag, other.tag]).toEqual([expect.stringMatching(/^[\w-]{27}$/), one.tag]);
  });

  it('has another tag for the smallest difference', () => {
    const tags = ['{"a":1}', '{"a":2}', '{"a":1} ', '{"b":1}'].map(
      (text) => new TextRepresentation(text).tag,
    );
    expect(new Set(tags).size).toBe(4);
  });

  it('is as large as V8 keeps it: two bytes a character as soon as one does not fit into one', () => {
    expect(new TextRepresentation('{"name":"Zurich"}').size).toBe(17);
    expect(new TextRepresentation(json).size).toBe(2 * json.length);
  });
});

describe('the representation of a page', () => {
  const jobs = ['{"id":"1"}', '{"id":"2"}'].map((json) => new TextRepresentation(json));
  const next = '/jobs?offset="';

  it('is its jobs, in their order, and where the next page is', () => {
    expect(JSON.parse(new PageRepresentation(jobs, next).json)).toEqual({
      jobs: [{ id: '1' }, { id: '2' }],
      next,
    });
    expect(JSON.parse(new PageRepresentation([], null).json)).toEqual({ jobs: [], next: null });
  });

  it('has the same tag for the same page, and another one for any difference', () => {
    const pages = [
      new PageRepresentation(jobs, next),
      new PageRepresentation(jobs, null),
      new PageRepresentation(jobs.slice(1), next),
      new PageRepresentation(jobs.toReversed(), next),
      new PageRepresentation([...jobs, new TextRepresentation('{"id":"3"}')], next),
      new PageRepresentation([], next),
    ];
    expect(new PageRepresentation([...jobs], next).tag).toBe(pages[0]?.tag);
    expect(new Set(pages.map(({ tag }) => tag)).size).toBe(pages.length);
    for (const { tag } of pages) expect(tag).toMatch(/^[\w-]{27}$/);
  });

  it('is as large as its jobs together', () => {
    expect(new PageRepresentation(jobs, next).size).toBe(20);
  });
});
