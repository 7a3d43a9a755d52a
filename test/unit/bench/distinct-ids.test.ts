import { describe, expect, it } from '@jest/globals';
import type { IdsReport } from '../../../bench/distinct-ids/report.ts';
import { idsContestant, toIdsRows } from '../../../bench/workloads/distinct-ids.ts';

const contestant = idsContestant({ distinctIds: 1_000_000 });

const report: IdsReport = {
  seconds: 20,
  wrong: 0,
  before: { resident: 120e6, held: 22e6 },
  after: { resident: 210e6, held: 29e6 },
  mostResident: 230e6,
  kept: { jobs: 5_000, bytes: 11_750_000 },
  limits: { mostJobs: 5_000, mostJobBytes: 20_000_000 },
};

describe('the rows of a million distinct ids', () => {
  it('say what the process takes more, and what of it JavaScript holds', () => {
    expect(contestant).toBe('AEP Jobs BFF, 1 000 000 distinct ids');
    expect(toIdsRows(contestant, report)).toMatchObject([
      {
        contestant,
        figures: [{ value: 90, unit: 'MB more' }, { value: 110, unit: 'MB more at most' }, { value: 20 }],
        judged: { bar: '≤ 200 MB', verdict: 'met' },
      },
      {
        contestant,
        figures: [{ value: 7, unit: 'MB more held' }, { value: 5_000 }],
        judged: { bar: '≤ 40 MB', verdict: 'met' },
      },
    ]);
  });

  it('see 40 bytes that each id leaves behind', () => {
    const leaking = { ...report, after: { ...report.after, held: 29e6 + 40 * 1_000_000 } };
    expect(toIdsRows(contestant, leaking)[1]?.judged?.verdict).toBe('missed by 18 %');
  });

  it.each([
    ['3 wrong answers', { wrong: 3 }],
    ['nothing was kept', { kept: { jobs: 0, bytes: 0 } }],
    ['over the limits', { kept: { jobs: 5_001, bytes: 1 } }],
    ['over the limits', { kept: { jobs: 1, bytes: 20_000_001 } }],
  ])('fail with %s', (fault, difference) => {
    expect(() => toIdsRows(contestant, { ...report, ...difference })).toThrow(fault);
  });
});
