export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

export type Weekday = (typeof weekdays)[number];

/** Part of a day, by the clocks of a time zone. */
export interface Hours {
  /** Such as `07:00`; from then on. */
  readonly from: string;
  /** Until then, and not then any more; `24:00` for the end of the day. Before `from`: of the next day. */
  readonly to: string;
  /** Of the IANA database, or an offset such as `+01:00`. */
  readonly timeZone: string;
  /** On which they begin; any day unless given. */
  readonly days?: readonly Weekday[] | undefined;
}

export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** Whether the clocks of that zone show a time within these hours. What they show twice is within both times. */
export function isWithin({ from, to, timeZone, days = weekdays }: Hours, nowMs: number): boolean {
  const { day, time } = readClocks(timeZone, nowMs);
  const begins = (on: Weekday) => days.includes(on);
  if (from < to) return from <= time && time < to && begins(day);
  // Over midnight: these hours have begun today, or yesterday.
  return (from <= time && begins(day)) || (time < to && begins(dayBefore(day)));
}

const dayNames = {
  mon: 'Mondays',
  tue: 'Tuesdays',
  wed: 'Wednesdays',
  thu: 'Thursdays',
  fri: 'Fridays',
  sat: 'Saturdays',
  sun: 'Sundays',
} as const;

/** `between 22:00 and 06:00 (Europe/Berlin), beginning on Fridays and Saturdays` */
export function describeHours({ from, to, timeZone, days }: Hours): string {
  const on =
    days && `, beginning on ${new Intl.ListFormat('en-GB').format(days.map((day) => dayNames[day]))}`;
  return `between ${from} and ${to} (${timeZone})${on ?? ''}`;
}

/** The time is `HH:MM`, so that texts compare as times do. */
function readClocks(timeZone: string, nowMs: number): { day: Weekday; time: string } {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(nowMs)
      .map(({ type, value }) => [type, value]),
  );
  const shown = parts.get('weekday')?.toLowerCase();
  const day = weekdays.find((one) => one === shown);
  if (day === undefined) throw new Error(`Intl shows no weekday that is known here: ${shown}`);
  return { day, time: `${parts.get('hour')}:${parts.get('minute')}` };
}

const formatOf = (timeZone: string) =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });

function dayBefore(day: Weekday): Weekday {
  return weekdays.at(weekdays.indexOf(day) - 1) ?? day;
}
