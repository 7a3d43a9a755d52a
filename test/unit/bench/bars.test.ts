import { describe, expect, it } from '@jest/globals';
import { judge } from '../../../bench/bars.ts';

describe('a bar', () => {
  it.each([
    [0.6, { least: 0.6 }, '≥ 0.6', 'met'],
    [0.45, { least: 0.6 }, '≥ 0.6', 'missed by 25 %'],
    [0.5999, { least: 0.6 }, '≥ 0.6', 'missed by 1 %'],
    [1.5, { most: 1.5 }, '≤ 1.5', 'met'],
    [3, { most: 1.5 }, '≤ 1.5', 'missed by 100 %'],
    [Number.NaN, { least: 1 }, '≥ 1', 'not measured'],
    [Number.NaN, { most: 1 }, '≤ 1', 'not measured'],
  ])('with %d and %j is %s: %s', (value, bar, told, verdict) => {
    expect(judge(value, bar)).toEqual({ bar: told, verdict });
  });

  it('says its unit', () => {
    expect(judge(500, { most: 400 }, ' MB')).toEqual({ bar: '≤ 400 MB', verdict: 'missed by 25 %' });
  });
});
