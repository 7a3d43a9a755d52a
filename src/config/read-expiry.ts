import { z } from 'zod';

const dayMs = 24 * 60 * 60 * 1000;
const day = z.iso.date();
const time = z.iso.datetime({ offset: true });

/** The end of a day in UTC, or a time of RFC 3339, in epoch milliseconds; nothing for what is neither. */
export function readExpiry(text: string): number | undefined {
  if (day.safeParse(text).success) return Date.parse(text) + dayMs;
  return time.safeParse(text).success ? Date.parse(text) : undefined;
}
