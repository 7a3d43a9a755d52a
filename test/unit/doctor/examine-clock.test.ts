import { describe, expect, it } from '@jest/globals';
import { examineClock } from '../../../src/doctor/examine-clock.ts';

// The header said this second, so the server's time was half a second later in the mean.
const dateMs = Date.parse('2026-01-01T00:00:00Z');
const serverMs = dateMs + 500;

describe('the clock', () => {
  it.each([
    [-30_001, 'fails'],
    [-30_000, 'ok'],
    [0, 'ok'],
    [30_000, 'ok'],
    [30_001, 'fails'],
  ])('that differs by %d ms: %s', (offsetMs, mark) => {
    expect(examineClock({ dateMs, askedAtMs: serverMs + offsetMs }).mark).toBe(mark);
  });

  it('cannot be compared when no time was said', () => {
    expect(examineClock({ askedAtMs: serverMs })).toEqual({
      mark: 'skipped',
      check: 'clock',
      because: 'IMS did not say what time it is',
    });
  });
});
