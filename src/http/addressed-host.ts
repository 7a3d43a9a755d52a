import type { Request } from 'express';
import type { IsNamedOrigin } from './cors/named-origins.ts';
import { ForeignOrigin, HostNotAllowed } from './errors.ts';

/** Who may be addressed, and whose pages may change something. */
export interface AddressedAs {
  /** Names, addresses, or `*.` and a name for all names below it; of any port. Any host unless given. */
  readonly hosts?: readonly string[];
  /** Pages that are trusted as our own are. Any page unless given. */
  readonly pages?: TrustedPages;
}

export interface TrustedPages {
  /** Such as the gateway's in front of this service; as in `hosts`. */
  readonly hosts: readonly string[];
  /** Those that may call by CORS. */
  readonly isNamed: IsNamedOrigin;
}

/** This machine, by names that nobody else can own (RFC 6761, 6.3). */
export const loopbackHosts = ['localhost', '*.localhost', '127.0.0.1', '::1'] as const;

/** Probes address a pod by its number, and people read the pages where they are linked. None of these shows a job. */
const openPath = /^\/(?:livez|readyz|openapi\.json|problems\/[\w-]+)\/?$/;

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Where nobody is authenticated, whoever reaches the service may use it, and so may any page in the browser of somebody who
 * reaches it (or who has a client certificate, which a browser sends by itself): under a name of its own that its owner has pointed here (DNS rebinding), or from its own origin. So a request
 * has to be addressed to one of `hosts`, and what changes something has to come from no page at all, from a page of this
 * service, or from a trusted one. Reads from other origins are answered: without CORS no page gets to see the answer.
 *
 * The rules for origins are those of Go's net/http: https://pkg.go.dev/net/http#CrossOriginProtection
 */
export function requireOwnHost({ hosts, pages }: AddressedAs): (request: Request) => void {
  const isOwn = hosts === undefined ? () => true : matcherOf(hosts);
  const isTrusted = pages && matcherOf(pages.hosts);
  // Nearly all requests name the same host.
  let lastOwn: string | undefined;
  return (request) => {
    const { host: authority } = request.headers;
    if (openPath.test(request.path)) return;
    // Only HTTP/1.0 may come without one, and no browser speaks that.
    if (authority !== undefined && authority !== lastOwn && !isOwn(parseAuthority(authority)?.name)) {
      const named = authority.slice(0, 100);
      throw new HostNotAllowed(
        `${named} is not a name of this service. The operator adds names with ALLOWED_HOSTS.`,
      );
    }
    lastOwn = authority;
    if (isTrusted === undefined || safeMethods.has(request.method)) return;
    if (isFromOwnPage(request, authority)) return;
    const origin = request.get('origin');
    if (isTrusted(parseOrigin(origin)?.name) || pages?.isNamed(origin)) return;
    throw new ForeignOrigin(
      'A page of another origin may not change anything here; nothing was sent to Adobe.',
    );
  };
}

/** From a page of this very service, or from no page: no browser leaves both headers out of what changes something. */
function isFromOwnPage(request: Request, authority: string | undefined): boolean {
  const site = request.get('sec-fetch-site');
  // The browser's own verdict, which no page can set. It holds where a proxy on the way has rewritten the Host as well.
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const given = request.get('origin');
  if (given === undefined) return true;
  const [origin, own] = [parseOrigin(given), parseAuthority(authority ?? '')];
  if (origin === undefined || own === undefined) return false;
  // The scheme is not compared: a gateway may speak TLS for us.
  const ownPort = own.port || origin.defaultPort;
  return origin.name === own.name && origin.port === ownPort;
}

interface Authority {
  /** In lower case, without the dot of the root; an address of IPv6 in its shortest form and in brackets. */
  readonly name: string;
  /** Empty where none is given. */
  readonly port: string;
}

function parseAuthority(text: string): Authority | undefined {
  const [, host = '', port = ''] = /^(\[[\da-f:.]+\]|[\w-]+(?:\.[\w-]+)*\.?)(?::(\d*))?$/i.exec(text) ?? [];
  return host === '' || Number(port) > 65_535 ? undefined : { name: canonical(host), port };
}

function parseOrigin(text: string | undefined): (Authority & { readonly defaultPort: string }) | undefined {
  const [, scheme, authority] = /^(https?):\/\/([^/?#@\s]+)$/i.exec(text ?? '') ?? [];
  const parsed = authority === undefined ? undefined : parseAuthority(authority);
  if (parsed === undefined) return undefined;
  const defaultPort = scheme?.toLowerCase() === 'https' ? '443' : '80';
  return { ...parsed, port: parsed.port || defaultPort, defaultPort };
}

function canonical(host: string): string {
  const name = host.toLowerCase().replace(/\.$/, '');
  if (!name.includes(':')) return name;
  const address = `http://${name.startsWith('[') ? name : `[${name}]`}`;
  return URL.canParse(address) ? new URL(address).hostname : name;
}

function matcherOf(hosts: readonly string[]): (name: string | undefined) => boolean {
  const names = new Set(hosts.filter((host) => !host.startsWith('*')).map(canonical));
  const endings = hosts.filter((host) => host.startsWith('*.')).map((host) => canonical(host.slice(1)));
  return (name) => name !== undefined && (names.has(name) || endings.some((ending) => name.endsWith(ending)));
}
