const longestPointer = 200;

/**
 * RFC 6901; empty for the whole body. A place whose pointer would be very long is named by the nearest one around
 * it: names come from a caller, and an answer does not repeat 100 kB of them.
 */
export function toPointer(path: Iterable<PropertyKey>): { pointer: string; isWhole: boolean } {
  let pointer = '';
  for (const part of path) {
    const name = String(part);
    // Looked at before it is escaped, which makes a copy.
    if (pointer.length + name.length >= longestPointer) return { pointer, isWhole: false };
    const longer = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (longer.length > longestPointer) return { pointer, isWhole: false };
    pointer = longer;
  }
  return { pointer, isWhole: true };
}
