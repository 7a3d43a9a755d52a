import { describe, expect, it } from '@jest/globals';
import { toRepresentation } from '../../../../src/jobs/cache/cached.ts';
import { judgeCancel } from '../../../../src/jobs/cancelling/judge-cancel.ts';

const sentAtMs = Date.parse('2026-01-01T12:00:00Z');

function judge(status: string, updatedAt?: string) {
  const done = ['SUCCEEDED', 'FAILED', 'CANCELLED'].includes(status);
  const representation = toRepresentation(JSON.stringify({ updatedAt }));
  const state = { id: '7', status, done, start: undefined, progress: undefined, representation };
  return judgeCancel(state, sentAtMs);
}

describe('what the state of a job says of a cancel', () => {
  it.each([
    ['PROCESSING', undefined, 'cancelling'],
    ['CANCELLING', undefined, 'cancelling'],
    ['CANCELLED', '2020-01-01T00:00:00Z', 'ended'],
    ['SUCCEEDED', '2026-01-01T13:00:00Z', 'too-late'],
    ['FAILED', '2026-01-01T12:00:05Z', 'ended'],
    // The two clocks may differ.
    ['FAILED', '2026-01-01T11:59:30Z', 'ended'],
    ['FAILED', '2026-01-01T11:58:00Z', 'too-late'],
    ['FAILED', undefined, 'ended'],
    ['FAILED', 'lately', 'ended'],
  ])('%s since %s: %s', (status, updatedAt, outcome) => {
    expect(judge(status, updatedAt)).toBe(outcome);
  });
});
