import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EmulatedJob } from '../../../emulator/emulated-job.ts';
import { byNewest, isBehind, offsetOf, parseLimit, parseOffset } from '../../../emulator/paging.ts';

const time = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.double(),
  fc.constantFrom(1_538_615_973_895, -5, Number.MAX_VALUE, undefined),
);
const id = fc.oneof(
  fc.integer({ min: 0, max: 9 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 4 }),
);
const jobs: fc.Arbitrary<EmulatedJob[]> = fc.uniqueArray(
  fc.tuple(id, time).map(([id, creationTime]) => ({
    id,
    status: 'NEW',
    ...(creationTime !== undefined && { creationTime }),
  })),
  { selector: ({ id }) => String(id), maxLength: 12 },
);

/** As the list does it: what is behind the offset, up to the limit. */
function pageOf(all: readonly EmulatedJob[], limit: number, offset: string): EmulatedJob[] {
  const position = offset === '' ? undefined : parseOffset(offset);
  if (offset !== '' && position === undefined) throw new Error(`No offset: ${offset}`);
  return [...all]
    .sort(byNewest)
    .filter((job) => position === undefined || isBehind(job, position))
    .slice(0, limit);
}

describe('the pages of the emulated list', () => {
  it('hold each job once, whatever its id and its time, for any limit', () => {
    fc.assert(
      fc.property(jobs, fc.integer({ min: 1, max: 5 }), (all, limit) => {
        const seen: EmulatedJob[] = [];
        let page = pageOf(all, limit, '');
        while (page.length > 0) {
          seen.push(...page);
          expect(seen.length).toBeLessThanOrEqual(all.length);
          page = pageOf(all, limit, offsetOf(page.at(-1)));
        }
        expect(seen).toEqual([...all].sort(byNewest));
      }),
      { numRuns: 200 },
    );
  });

  it('lose and double nothing that stays while others leave', () => {
    fc.assert(
      fc.property(jobs, fc.nat(), (all, seed) => {
        const first = pageOf(all, 3, '');
        const left = all.filter((_job, at) => (seed >> at) % 2 === 0);
        const following = first.length === 0 ? [] : pageOf(left, all.length, offsetOf(first.at(-1)));
        expect(following).toEqual([...left].sort(byNewest).filter((job) => !first.includes(job)));
      }),
      { numRuns: 200 },
    );
  });

  it('have a limit only where it is a positive count', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const limit = parseLimit(text);
        if (limit !== undefined) expect([Number.isSafeInteger(limit), limit > 0]).toEqual([true, true]);
      }),
    );
    expect(['25', '007', '1000000'].map(parseLimit)).toEqual([25, 7, 1_000_000]);
  });
});
