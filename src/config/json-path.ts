/** `callers[0].keys[1]`. A name that is not like those known here is left out: it may be a key in the wrong place. */
export function toJsonPath(path: readonly PropertyKey[]): string {
  return join(path, (before) => `${before}.…`);
}

/** `callers["jwt:…"].hours.from`, of a file that holds no secrets: with every name, and of a long one the beginning. */
export function toFullJsonPath(path: readonly PropertyKey[]): string {
  return join(path, (before, name) => `${before}[${JSON.stringify(shorten(name))}]`);
}

const longestName = 100;
const shorten = (name: string) => (name.length <= longestName ? name : `${name.slice(0, longestName)}…`);

function join(path: readonly PropertyKey[], addOther: (before: string, name: string) => string): string {
  const whole = path.reduce<string>((before, part) => {
    if (typeof part === 'number') return `${before}[${part}]`;
    const name = String(part);
    return /^[a-z][\w-]{0,19}$/i.test(name) ? `${before}.${name}` : addOther(before, name);
  }, '');
  return whole.replace(/^\./, '');
}
