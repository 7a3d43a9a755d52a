import { describe, expect, it } from '@jest/globals';
import { toTable } from '../../../bench/table.ts';

const cellsOf = (table: string) =>
  table.split('\n').map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

describe('the table', () => {
  it('has a line for each row, a workload named once, and figures with the digits that count', () => {
    const table = toTable([
      {
        workload: 'known',
        contestant: 'us',
        figures: [
          { value: 1_234_567, unit: 'req/s' },
          { value: 3, unit: 'ms' },
        ],
      },
      {
        workload: 'known',
        contestant: 'them',
        figures: [{ value: 0.523, unit: 'ms' }],
        ratio: 0.5,
        judged: { bar: '≥ 0.6', verdict: 'missed by 17 %' },
      },
      { workload: 'cold', contestant: 'us', figures: [{ value: 45.25, unit: 'MB' }] },
    ]);
    expect(cellsOf(table).slice(2)).toEqual([
      ['known', 'us', '1 234 567 req/s · 3 ms', '', '', ''],
      ['', 'them', '0.52 ms', '0.50', '≥ 0.6', 'missed by 17 %'],
      ['cold', 'us', '45.3 MB', '', '', ''],
    ]);
    expect(new Set(table.split('\n').map((line) => line.length)).size).toBe(1);
  });

  it('says what failed in one cell, whatever a process has printed', () => {
    const failure = 'ended with 1:\n  a | b';
    const table = toTable([{ workload: 'known', contestant: 'us', figures: [], failure }]);
    expect(cellsOf(table)[2]).toEqual(['known', 'us', '', '', '', 'failed: ended with 1: a / b']);
  });
});
