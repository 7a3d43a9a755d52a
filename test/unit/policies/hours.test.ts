import { describe, expect, it } from '@jest/globals';
import { describeHours, type Hours, isTimeZone, isWithin } from '../../../src/policies/hours.ts';

const day: Hours = { from: '07:00', to: '19:00', timeZone: 'Europe/Berlin' };
const night: Hours = { from: '22:00', to: '06:00', timeZone: 'Europe/Berlin' };
const at = (hours: Hours, time: string) => isWithin(hours, Date.parse(time));

describe('hours', () => {
  it('are told with the days on which they begin', () => {
    expect(describeHours(day)).toBe('between 07:00 and 19:00 (Europe/Berlin)');
    expect(describeHours({ ...night, days: ['fri'] })).toMatch(/ \(Europe\/Berlin\), beginning on Fridays$/);
    expect(describeHours({ ...night, days: ['fri', 'sat', 'sun'] })).toMatch(
      /, beginning on Fridays, Saturdays and Sundays$/,
    );
  });

  it.each([
    ['2026-11-25T05:59:59.999Z', false],
    ['2026-11-25T06:00:00Z', true],
    ['2026-11-25T17:59:59.999Z', true],
    ['2026-11-25T18:00:00Z', false],
    // In summer the clocks there are another hour ahead.
    ['2026-07-01T04:59:59Z', false],
    ['2026-07-01T05:00:00Z', true],
    ['2026-07-01T17:00:00Z', false],
  ])('from 07:00 to 19:00 in Berlin: %s is within: %s', (time, within) => {
    expect(at(day, time)).toBe(within);
  });

  it.each([
    ['2026-11-25T20:59:59Z', false],
    ['2026-11-25T21:00:00Z', true],
    ['2026-11-25T23:00:00Z', true],
    ['2026-11-26T04:59:59Z', true],
    ['2026-11-26T05:00:00Z', false],
  ])('from 22:00 to 06:00, over midnight: %s is within: %s', (time, within) => {
    expect(at(night, time)).toBe(within);
  });

  it('follow the clocks when they are put forward: what they skip is nobody’s hour', () => {
    const early = { ...day, from: '02:30', to: '03:30' };
    expect(at(early, '2027-03-28T00:59:00Z')).toBe(false);
    // 03:00, a minute later.
    expect(at(early, '2027-03-28T01:00:00Z')).toBe(true);
    expect(at(early, '2027-03-28T01:30:00Z')).toBe(false);
  });

  it('follow the clocks when they are put back: what they show twice is within twice', () => {
    const early = { ...day, from: '02:15', to: '02:45' };
    const within = ['00:15', '00:44', '00:45', '01:00', '01:15', '01:44', '01:45'].map((time) =>
      at(early, `2026-10-25T${time}:00Z`),
    );
    expect(within).toEqual([true, true, false, false, true, true, false]);
  });

  it('are those of the days that they name, as the clocks of the zone have them', () => {
    const kiritimati = {
      ...day,
      timeZone: 'Pacific/Kiritimati',
      from: '00:00',
      to: '24:00',
      days: ['thu'] as const,
    };
    // 2026-11-26 is a Thursday; there it begins 14 hours earlier.
    expect(at(kiritimati, '2026-11-25T09:59:59Z')).toBe(false);
    expect(at(kiritimati, '2026-11-25T10:00:00Z')).toBe(true);
    expect(at(kiritimati, '2026-11-26T09:59:59Z')).toBe(true);
    expect(at(kiritimati, '2026-11-26T10:00:00Z')).toBe(false);
  });

  it('over midnight belong to the day on which they begin', () => {
    const friday = { ...night, days: ['fri'] as const };
    const sunday = { ...night, days: ['sun'] as const };
    // 2026-11-27 is a Friday.
    expect(at(friday, '2026-11-27T00:00:00Z')).toBe(false);
    expect(at(friday, '2026-11-27T22:00:00Z')).toBe(true);
    expect(at(friday, '2026-11-28T04:00:00Z')).toBe(true);
    expect(at(friday, '2026-11-28T22:00:00Z')).toBe(false);
    expect(at(sunday, '2026-11-30T04:00:00Z')).toBe(true);
  });

  it('need a zone that has clocks', () => {
    expect(['Europe/Berlin', 'UTC', '+05:30', 'Mars/Olympus', '', 'CEST-or-so'].map(isTimeZone)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
