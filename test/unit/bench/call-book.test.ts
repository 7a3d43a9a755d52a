import { describe, expect, it } from '@jest/globals';
import { createCallBook } from '../../../bench/upstream/call-book.ts';

describe("upstream's counts", () => {
  it('tell the pace of the busiest job by the time between its calls', () => {
    let nowMs = 0;
    const book = createCallBook(() => nowMs);
    for (const ms of [0, 1000, 2000]) {
      nowMs = ms;
      book.noteRead('calm');
    }
    for (const ms of [2000, 2100]) {
      nowMs = ms;
      book.noteRead('busy');
    }
    book.noteRead('once');
    book.noteExchange();
    book.noteCreate();
    expect(book.counts()).toEqual({ exchanges: 1, reads: 6, creates: 1, different: 3, mostPerSecond: 10 });
    book.reset();
    expect(book.counts()).toEqual({ exchanges: 0, reads: 0, creates: 0, different: 0, mostPerSecond: 0 });
  });
});
