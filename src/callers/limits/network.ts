import { isIPv6 } from 'node:net';

const mapped = /^::ffff:(?=\d+\.)/i;

/**
 * What an address is counted by: an address of IPv4 by itself, one of IPv6 by the first 64 bits (RFC 4291, 2.5.4),
 * because whoever has one address there has all of those that begin like it.
 */
export function networkOf(address: string): string {
  const plain = address.replace(mapped, '');
  if (!isIPv6(plain)) return plain;
  const [before = '', after] = plain.replace(/%.*$/, '').split('::');
  const groups = before === '' ? [] : before.split(':');
  // `::` stands for as many zeros as are missing of eight groups; a dotted address at the end is two of them.
  if (after !== undefined) {
    const last = after === '' ? [] : after.split(':');
    const width = last.length + (after.includes('.') ? 1 : 0);
    groups.push(...new Array(8 - groups.length - width).fill('0'), ...last);
  }
  const network = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}
