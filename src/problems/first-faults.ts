import type { FaultyPart } from './fault.ts';

const mostTold = 20;
const longestName = 100;

/** A fault, told at once or never: to name the place of each of very many would take its time. */
export type TellFault = () => FaultyPart;

/** What an answer says of all that is wrong: the first faults, and how many more there are. */
export function tellFirst(faults: Iterable<TellFault>): { notice: string; errors: FaultyPart[] } {
  const errors: FaultyPart[] = [];
  let count = 0;
  for (const tell of faults) {
    count += 1;
    if (count <= mostTold) errors.push(tell());
  }
  const more = count - errors.length;
  return {
    errors,
    notice: more === 0 ? 'See errors.' : `See errors for the first ${mostTold}, and ${more} more.`,
  };
}

/** A name that a caller made up, short enough to be repeated in an answer. */
export function shorten(name: string): string {
  return name.length <= longestName ? name : `${name.slice(0, longestName)}…`;
}
