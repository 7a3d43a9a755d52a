import { describe, expect, it } from '@jest/globals';
import { names } from '../../../bench/bars.ts';
import { service } from '../../../bench/contestants.ts';
import { type Showing, toRows } from '../../../bench/workloads/throughput-rows.ts';

const peer = { ...service, name: names.expressUndici };
const showing = (contestant: typeof service, rounds: Showing['rounds'], failure = ''): Showing => ({
  running: { contestant },
  rounds,
  failure,
});
const round = (perSecond: number, busy?: number) => ({
  perSecond,
  p99Ms: 1,
  ...(busy !== undefined && { busy }),
});

describe('the rows of a throughput workload', () => {
  it('compare what a whole core would have answered: the load may give out first', () => {
    const [ours, theirs] = toRows('fresh', [
      showing(service, [round(900, 1)]),
      showing(peer, [round(900, 0.5)]),
    ]);
    expect(ours).not.toHaveProperty('ratio');
    expect(theirs).toMatchObject({
      ratio: 0.5,
      judged: { bar: '≥ 0.75', verdict: 'missed by 33 %' },
      figures: [
        { value: 900, unit: 'req/s' },
        { value: 50, unit: '% busy' },
        { value: 556, unit: 'µs CPU each' },
        { value: 1, unit: 'ms p99' },
      ],
    });
  });

  it('compare what was answered where processor time cannot be read', () => {
    const [, theirs] = toRows('fresh', [showing(service, [round(900)]), showing(peer, [round(1000)])]);
    expect(theirs).toMatchObject({ ratio: 0.9, judged: { verdict: 'met' } });
    expect(theirs?.figures.map(({ unit }) => unit)).toEqual(['req/s', 'ms p99']);
  });

  it('compare nothing with what failed', () => {
    const failed = toRows('fresh', [showing(service, [], 'crashed'), showing(peer, [round(1)])]);
    expect(failed[0]).toMatchObject({ figures: [], failure: 'crashed' });
    expect(failed[1]).not.toHaveProperty('ratio');
  });
});
