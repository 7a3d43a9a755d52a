/**
 * The words of a claim: of a text with spaces between them (RFC 6749, 3.3), or of an array. Nothing where the token has no
 * such claim.
 *
 * @param name a claim's name, which may have dots or be a URL; if there is none of that name, the path to it through
 * objects, such as `realm_access.roles`
 */
export function readWords(claims: object, name: string): readonly string[] | undefined {
  const found = Object.hasOwn(claims, name) ? ownValue(claims, name) : valueAt(claims, name.split('.'));
  if (found === undefined) return undefined;
  if (typeof found === 'string') return found.split(' ').filter(Boolean);
  return Array.isArray(found) ? found.filter((word) => typeof word === 'string') : [];
}

/** Each step may be a name with dots itself: `https://example.com/app.roles`, `resource_access.jobs.api.roles`. */
function valueAt(value: unknown, path: readonly string[]): unknown {
  for (let taken = path.length - 1; taken > 0; taken -= 1) {
    const next = ownValue(value, path.slice(0, taken).join('.'));
    if (next === undefined) continue;
    const rest = path.slice(taken);
    return ownValue(next, rest.join('.')) ?? valueAt(next, rest);
  }
  return undefined;
}

function ownValue(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
