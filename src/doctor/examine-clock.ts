import { checks } from './checks.ts';
import { type Finding, fails, ok } from './finding.ts';
import { clockOffsetMs, type Reached } from './reach.ts';

/** Over this, what one side has just signed or issued is not valid yet, or no longer, for the other. */
const largestOffsetMs = 30_000;

/** Compares this machine's clock with the time that IMS says it is. */
export function examineClock(reached: Reached): Finding {
  const offsetMs = clockOffsetMs(reached);
  if (offsetMs === undefined)
    return { mark: 'skipped', check: checks.clock, because: 'IMS did not say what time it is' };
  if (Math.abs(offsetMs) <= largestOffsetMs) return ok(checks.clock);
  const seconds = Math.round(Math.abs(offsetMs) / 1000);
  return fails(checks.clock, {
    wrong: `This machine's clock is ${seconds} s ${offsetMs > 0 ? 'ahead of' : 'behind'} that of IMS`,
    owner: 'operator',
    cure: 'Set it, and have it kept right (NTP). No setting makes up for it.',
  });
}
