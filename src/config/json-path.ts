/** `callers[0].keys[1]`. A name that is not like those known here is left out: it may be a key in the wrong place. */
export function toJsonPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    const name = /^[a-z][\w-]{0,19}$/i.test(String(part)) ? String(part) : '…';
    return text === '' ? name : `${text}.${name}`;
  }, '');
}
