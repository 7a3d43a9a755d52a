import { BlockList, isIPv4 } from 'node:net';
import type { Settings } from '../config/settings.ts';
import { isLoopback } from '../config/values.ts';
import { checks } from './checks.ts';
import { type Finding, ok, warns } from './finding.ts';

/** Addresses of networks that nobody reaches from outside. */
const inside = new BlockList();
for (const range of [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
]) {
  addTo(inside, range, 'ipv4');
}
for (const range of ['fc00::/7', 'fe80::/10']) addTo(inside, range, 'ipv6');

/** A wider range of the internet is not that of one gateway: the largest that a provider publishes are of this size. */
const fewestBits = { ipv4: 12, ipv6: 32 };

/**
 * Whether a setting lets in more than it probably should. Pure. Says nothing of what is not set, except where anybody may
 * call from elsewhere.
 */
export function examineOpenness({ host, callers }: Settings): Finding[] {
  const { auth, trustedProxies, corsOrigins, allowedHosts } = callers;
  const findings: Finding[] = [];
  if (!isLoopback(host) && auth.includes('none')) {
    const wrong = `Whoever reaches ${host} may do everything, because CALLER_AUTH is none`;
    const cure = 'Let nobody but your gateway reach the port, or set CALLER_AUTH.';
    findings.push(warns(checks.open('HOST'), { wrong, owner: 'operator', cure }));
  }
  if (trustedProxies !== undefined) findings.push(examineProxies(trustedProxies));
  if (corsOrigins !== undefined) {
    const cure = 'Name the origins of your pages one by one, with https.';
    findings.push(judge('CORS_ORIGINS', corsOrigins.filter(isOpenOrigin), cure));
  }
  if (allowedHosts !== undefined) {
    const cure = 'Name the hosts by which you address this service.';
    findings.push(judge('ALLOWED_HOSTS', allowedHosts.filter(isOpenName), cure));
  }
  return findings;
}

function examineProxies(ranges: readonly string[]): Finding {
  const cure = 'Name the addresses of your gateway, from which it connects.';
  return judge('TRUSTED_PROXIES', ranges.filter(isOpenRange), cure);
}

function judge(variable: string, wide: readonly string[], cure: string): Finding {
  const check = checks.open(variable);
  if (wide.length === 0) return ok(check);
  return warns(check, { wrong: `It is wide: ${wide.join(', ')}`, owner: 'operator', cure });
}

interface Range {
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6';
  readonly bits: number;
}

/** `::ffff:10.0.0.0/104` stands for `10.0.0.0/8`. An address alone is a range of one. */
function toRange(text: string): Range {
  const [written = '', prefix] = text.split('/');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(written)?.[1];
  const address = mapped ?? written;
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  const bits = prefix === undefined ? 128 : Number(prefix) - (mapped === undefined ? 0 : 96);
  return { address, family, bits };
}

function isOpenRange(text: string): boolean {
  const { address, family, bits } = toRange(text);
  const isInside = inside.check(address, family) && bits >= (family === 'ipv4' ? 8 : 7);
  return !isInside && bits < fewestBits[family];
}

function addTo(list: BlockList, range: string, family: Range['family']): void {
  const [network = '', prefix] = range.split('/');
  list.addSubnet(network, Number(prefix), family);
}

/** In the clear, anybody in between can change the page; a page of this machine is not in between. */
function isOpenOrigin(origin: string): boolean {
  const name = origin.replace(/^https?:\/\//, '').replace(/:\d+$/, '');
  return (origin.startsWith('http:') && !isLoopback(name)) || isOpenName(name);
}

/** Names below which anybody can have one: `*.com`, `*.co.uk`, `*.github.io`. Not all of them, but the usual ones. */
const shared =
  /^\*\.(?:[^.]+|(?:co|com|org|net|gov|ac|edu)\.[a-z]{2}|github\.io|gitlab\.io|pages\.dev|workers\.dev|vercel\.app|netlify\.app|web\.app|herokuapp\.com|cloudfront\.net|amazonaws\.com|azurewebsites\.net)\.?$/i;

const isOpenName = (name: string) => shared.test(name);
