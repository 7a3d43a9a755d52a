import { BlockList, isIP } from 'node:net';
import { z } from 'zod';
import { addressedName, flag, group, headerValue, list, optional, text, wholeNumber } from './values.ts';

const ways = ['none', 'api-key', 'jwt', 'mtls'] as const;
export const callerAuth = list(
  z.enum(ways, { error: 'must be one or more of api-key, jwt and mtls, or none alone' }),
);

/** Only those that a public key verifies: a key set must never serve as a shared secret. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

const algorithm = z.enum(algorithms, { error: `must be of ${algorithms.join(', ')}` });
export const url = text.refine(isPlainUrl, {
  error: 'must be a URL such as https://login.example.com, without user, password and fragment',
});
/** What `/.well-known/…` can be put into (RFC 8414, 2). */
const issuerUrl = url.refine((value) => !value.includes('?'), { error: 'must be a URL without a query' });
const addressOrRange = text.refine(isAddressOrRange, {
  error: 'must be addresses or ranges such as 10.0.0.1, 10.0.0.0/8 or fd00::/8',
});
const originPattern = /^https?:\/\/(?:\*\.)?[a-z\d-]+(?:\.[a-z\d-]+)*(?::\d{1,5})?$/;
const webOrigin = text.refine((value) => originPattern.test(value) && URL.canParse(value), {
  error: 'must be origins such as https://app.example.com or https://*.example.com, in lower case',
});
/** What they hold must not get into a log, or is no name. */
const neverNames = /^(?:authorization|proxy-authorization|cookie|x-caller-key|x-forwarded-client-cert)$/;
const headerName = text
  .regex(/^[A-Za-z\d-]{1,64}$/, { error: "must be a header's name" })
  .toLowerCase()
  .refine((name) => !neverNames.test(name), { error: 'must not be a header that holds a credential' });

/** Who may call, and by whom this service is reached. */
export const callersSchema = z.strictObject(
  {
    auth: callerAuth,
    allowAnonymous: flag,
    /** Who may be addressed; loopback names, or anybody behind a gateway, unless given. */
    allowedHosts: optional(list(addressedName)),
    /** The callers with a key or a certificate, in JSON. */
    file: optional(text),
    jwt: z.strictObject(
      {
        /** Compared letter by letter with the `iss` of a token. */
        issuer: optional(issuerUrl),
        audience: optional(headerValue),
        /** Where the keys are; what the issuer's discovery document says unless given. */
        jwksUrl: optional(url),
        algorithms: list(algorithm),
        permissionsClaim: text,
        sandboxesClaim: text,
      },
      group,
    ),
    corsOrigins: optional(list(webOrigin)),
    /** Whose headers about the original request are believed. */
    trustedProxies: optional(list(addressOrRange)),
    /** In which header a trusted proxy names the user. */
    userHeader: optional(headerName),
    readsPerMinute: wholeNumber(1, 1_000_000),
    writesPerMinute: wholeNumber(1, 1_000_000),
    /** How many requests of one address may fail to authenticate before it is slowed down. */
    failuresPerMinute: wholeNumber(1, 1_000_000),
  },
  group,
);

export const tlsSchema = z
  .strictObject({ certFile: optional(text), keyFile: optional(text), clientCaFile: optional(text) }, group)
  .default({});

/** In front of every link; it begins with a slash and does not end with one. */
export const basePath = optional(
  text.refine(isPathPrefix, {
    error: 'must be a path such as /exports, of letters, digits and ._~-, and of at most 200 characters',
  }),
);

function isPlainUrl(value: string): boolean {
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) return false;
  const { username, password, hash } = new URL(value);
  return username === '' && password === '' && hash === '' && !value.endsWith('#');
}

function isAddressOrRange(value: string): boolean {
  const [address = '', bits, ...more] = value.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  // A range of 0 bits is everybody, and a zone (fe80::1%eth0) is of one machine only.
  if (address.includes('%')) return false;
  // Addresses of IPv4 may be written as those of IPv6, in this form only: in others, such as ::ffff:0:0/96, nobody sees
  // how many they are.
  const isMapped = /^::ffff:[\d.]+$/i.test(address) && address.includes('.');
  if (version === 6 && !isMapped && (address.includes('.') || isWithinMapped(address))) return false;
  if (bits === undefined) return true;
  const fewest = isMapped ? 97 : 1;
  return (
    /^\d{1,3}$/.test(bits) &&
    !bits.startsWith('0') &&
    Number(bits) >= fewest &&
    Number(bits) <= (version === 4 ? 32 : 128)
  );
}

/** Whether an address of IPv6 stands for one of IPv4: `::ffff:a00:1`, `0:0:0:0:0:ffff::`. */
function isWithinMapped(address: string): boolean {
  return mapped.check(address, 'ipv6');
}

const mapped = new BlockList();
mapped.addSubnet('::ffff:0:0', 96, 'ipv6');

/** It is a part of every link, and a header that is longer is a mistake or an attempt. */
const longestPrefix = 200;

/** A path that can stand in front of ours: no empty segment and none that leads elsewhere. */
export function isPathPrefix(value: string): boolean {
  if (value.length > longestPrefix || !/^(?:\/[A-Za-z0-9._~-]+)+$/.test(value)) return false;
  return !value.split('/').some((segment) => segment === '.' || segment === '..');
}
