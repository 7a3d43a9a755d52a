import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';

/**
 * Whether `NO_PROXY` names the host of `origin`. Pure; the one place that decides so, because no two programs
 * agree on it (https://github.com/curl/curl/issues/1208).
 *
 * Entries are separated by commas or spaces. `example.test` and `.example.test` stand for that name and all
 * below it, `*.example.test` for what is below it only, `*` for everything. An address stands for itself;
 * `10.0.0.0/8` and `10.0.0.1-10.0.0.9` for all addresses in it, and never for a name that leads to one of them.
 * Each of them may end in a port. Upper and lower case, a dot at the end, and brackets make no difference.
 */
export function isExcepted(origin: string, noProxy: string): boolean {
  const { hostname, port, protocol } = new URL(origin);
  const host = { name: canonical(hostname), port: port || (protocol === 'https:' ? '443' : '80') };
  return noProxy.split(/[\s,]+/).some((entry) => entry !== '' && names(entry, host));
}

interface Host {
  readonly name: string;
  readonly port: string;
}

function names(entry: string, host: Host): boolean {
  const { pattern, port } = split(entry);
  if (port !== undefined && port !== host.port) return false;
  if (pattern === '*') return true;
  if (isIP(host.name)) return addresses(pattern, host.name);
  const name = canonical(pattern.replace(/^\*?\./, ''));
  if (name === '') return false;
  if (host.name.endsWith(`.${name}`)) return true;
  return host.name === name && !pattern.startsWith('*.');
}

/** `[::1]:443`, `::1`, `name:443`. A scheme in front, which some write, says nothing more. */
function split(entry: string): { pattern: string; port: string | undefined } {
  const bare = entry.replace(/^[a-z]+:\/\//i, '').replace(/(?<=[^/])\/$/, '');
  const bracketed = /^\[(.+)\](\/\d+)?(?::(\d+))?$/.exec(bare);
  if (bracketed) return { pattern: `${bracketed[1]}${bracketed[2] ?? ''}`, port: bracketed[3] };
  const withPort = /^([^:]+):(\d+)$/.exec(bare);
  return { pattern: withPort?.[1] ?? bare, port: withPort?.[2] };
}

function addresses(pattern: string, address: string): boolean {
  const list = new BlockList();
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  const isOfFamily = family === 'ipv4' ? isIPv4 : isIPv6;
  const [, from = '', sign, to = ''] = /^([^/-]+)(?:([/-])(.+))?$/.exec(pattern) ?? [];
  if (!isOfFamily(from)) return false;
  try {
    if (sign === undefined) list.addAddress(from, family);
    else if (sign === '-') list.addRange(from, to, family);
    else if (/^\d{1,3}$/.test(to)) list.addSubnet(from, Number(to), family);
  } catch {
    // A range that ends before it begins, or a prefix that is too long, names nothing.
    return false;
  }
  return list.check(address, family);
}

/** As a URL writes it: lower case, Punycode, the shortest form of an address; without brackets and a last dot. */
function canonical(name: string): string {
  const url = `http://${isIPv6(name) ? `[${name}]` : name}`;
  const written = URL.canParse(url) ? new URL(url).hostname : name.toLowerCase();
  return written.replace(/^\[(.+)\]$/, '$1').replace(/\.$/, '');
}
