import JSON5 from 'json5';

/** Comments, texts, signs, and everything else in one piece: names, numbers, words. */
const tokens =
  /\/\/[^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\/|"[^"\\]*(?:\\[\s\S][^"\\]*)*"|'[^'\\]*(?:\\[\s\S][^'\\]*)*'|[{}[\]:,]|[^\s\ufeff{}[\]:,"'/]+/g;

/** An object or an array that is not closed yet, and where in it the text is. */
type Open = { readonly names: Set<string>; at: string } | { at: number };

/**
 * The paths of names that an object has twice. A parser takes the last one and says nothing, so what stands in the other
 * would count for nobody.
 *
 * @param text of JSON or JSON5 that has been parsed: nothing else is wrong with it
 */
export function repeatedNames(text: string): readonly PropertyKey[][] {
  const repeated: PropertyKey[][] = [];
  const open: Open[] = [];
  let last = '';
  for (const [token] of text.matchAll(tokens)) {
    if (token.startsWith('/')) continue;
    const inner = open.at(-1);
    if (token === '{') open.push({ names: new Set(), at: '' });
    else if (token === '[') open.push({ at: 0 });
    else if (token === '}' || token === ']') open.pop();
    else if (token === ',' && inner && !('names' in inner)) inner.at += 1;
    else if (token === ':' && inner && 'names' in inner) {
      inner.at = nameOf(last);
      if (inner.names.has(inner.at)) repeated.push(open.map(({ at }) => at));
      inner.names.add(inner.at);
    }
    last = token;
  }
  return repeated;
}

/** Without its quotes, and with what is escaped. */
function nameOf(token: string): string {
  const [name = ''] = Object.keys(JSON5.parse(`{${token}:0}`));
  return name;
}
