import { describe, expect, it } from '@jest/globals';
import { keyedCreates, keyedCreatesInMemory, unkeyedCreates } from '../../../bench/contestants.ts';
import { type CreateShowing, toCreateRows } from '../../../bench/workloads/create-rows.ts';

const showing = (
  contestant: typeof keyedCreates,
  rounds: CreateShowing['rounds'],
  failure = '',
): CreateShowing => ({ running: { contestant }, rounds, failure });
const round = (cpuEach?: number) => ({
  perSecond: 100,
  p99Ms: 20,
  ...(cpuEach !== undefined && { cpuEach }),
});

describe('the rows of creates', () => {
  it('compare the CPU time of a create with a key, round for round, and judge it by one without', () => {
    const [keyed, unkeyed, inMemory] = toCreateRows([
      showing(keyedCreates, [round(600), round(1200), round(660)]),
      showing(unkeyedCreates, [round(400), round(800), round(400)]),
      showing(keyedCreatesInMemory, [round(300), round(600), round(330)]),
    ]);
    expect(keyed).toEqual({
      workload: 'create',
      contestant: 'AEP Jobs BFF, a key for each create',
      figures: [
        { value: 100, unit: 'creates/s' },
        { value: 660, unit: 'µs CPU each' },
        { value: 20, unit: 'ms p99' },
      ],
    });
    expect(unkeyed).toMatchObject({ ratio: 1.5, judged: { bar: '≤ 1.5', verdict: 'met' } });
    expect(inMemory).toMatchObject({ ratio: 2 });
    expect(inMemory).not.toHaveProperty('judged');
  });

  it('judge nothing where processor time cannot be read: a rate waits for the disk', () => {
    const [, unkeyed] = toCreateRows([showing(keyedCreates, [round()]), showing(unkeyedCreates, [round()])]);
    expect(unkeyed).not.toHaveProperty('ratio');
    expect(unkeyed).toMatchObject({
      figures: [{ unit: 'creates/s' }, { unit: 'ms p99' }],
      judged: { verdict: 'not measured' },
    });
  });

  it('compare nothing with what failed or did not start', () => {
    const [failed, alone] = toCreateRows([
      showing(keyedCreates, [round(600)], 'crashed'),
      showing(unkeyedCreates, [round(400)]),
    ]);
    expect(failed).toMatchObject({ figures: [], failure: 'crashed' });
    expect(alone).not.toHaveProperty('ratio');
    const [unkeyed] = toCreateRows([showing(unkeyedCreates, [round(400)])]);
    expect(unkeyed).not.toHaveProperty('ratio');
  });
});
