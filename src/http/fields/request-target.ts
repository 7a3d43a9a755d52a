const schemeAndAuthority = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

/** A request's target as path and query, also where it names the host as well (RFC 9112, 3.2.2). */
export function toOriginForm(target: string): string {
  if (target.startsWith('/')) return target;
  const path = target.replace(schemeAndAuthority, '');
  return path === '' || path.startsWith('?') ? `/${path}` : path;
}

/** The path of a target, without its query. */
export function pathOf(target: string): string {
  const [path = ''] = toOriginForm(target).split('?', 1);
  return path;
}

const noQuery = new URLSearchParams();

/** Read from the target itself, because a host application may have set a parser of its own. */
export function queryOf({ url }: { readonly url: string }): URLSearchParams {
  const begin = url.indexOf('?');
  return begin < 0 ? noQuery : new URLSearchParams(url.slice(begin + 1));
}
