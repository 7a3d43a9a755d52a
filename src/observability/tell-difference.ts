/** So that a line of the log stays one that can be read. */
export const mostTold = 20;

/** The names of what is there now and was not, and so on. */
export interface Difference {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** What a log line says of two lists of named things. */
export function tellDifference<Value>(
  earlier: ReadonlyMap<string, Value>,
  later: ReadonlyMap<string, Value>,
  isSame: (one: Value, other: Value) => boolean,
): Difference {
  const added = [...later.keys()].filter((name) => !earlier.has(name));
  const removed = [...earlier.keys()].filter((name) => !later.has(name));
  const changed = [...later].filter(([name, value]) => {
    const before = earlier.get(name);
    return before !== undefined && !isSame(before, value);
  });
  return { added: told(added), removed: told(removed), changed: told(changed.map(([name]) => name)) };
}

function told(names: readonly string[]): string[] {
  const more = names.length - mostTold;
  return more > 0 ? [...names.slice(0, mostTold), `and ${more} more`] : [...names];
}
