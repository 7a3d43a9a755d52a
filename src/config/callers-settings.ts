import { isIP } from 'node:net';
import { z } from 'zod';
import type { SettingFault } from './settings-error.ts';
import {
  addressedName,
  flag,
  group,
  headerValue,
  host,
  isLoopback,
  isSecure,
  list,
  optional,
  text,
  valueAt,
  wholeNumber,
} from './values.ts';

const ways = ['none', 'api-key', 'jwt', 'mtls'] as const;
export const callerAuth = list(z.enum(ways, { error: `must be of ${ways.join(', ')}` }));

/** Only those that a public key verifies: a key set must never serve as a shared secret. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

const algorithm = z.enum(algorithms, { error: `must be of ${algorithms.join(', ')}` });
const url = text.refine(isPlainUrl, {
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

/** What the groups of settings need of each other. They read the raw values, see `credentialFaults`. */
export function callersFaults(raw: unknown): SettingFault[] {
  const chosen = callerAuth.safeParse(valueAt(raw, 'callers.auth')).data;
  if (chosen === undefined) return [];
  const has = (path: string) => optional(text).safeParse(valueAt(raw, path)).data !== undefined;
  const faults: SettingFault[] = [];
  const require = (way: string, path: string) => {
    if (chosen.includes(way) && !has(path))
      faults.push({ path, detail: `is required with CALLER_AUTH=${way}` });
  };
  require('jwt', 'callers.jwt.issuer');
  require('jwt', 'callers.jwt.audience');
  require('api-key', 'callers.file');
  if (!chosen.includes('api-key')) require('mtls', 'callers.file');
  if (has('callers.file') && !chosen.includes('api-key') && !chosen.includes('mtls')) {
    // Whoever lists callers believes that nobody else is let in.
    const detail = 'is of no use without CALLER_AUTH=api-key or mtls: choose one, or unset it';
    faults.push({ path: 'callers.file', detail });
  }
  if (
    chosen.includes('mtls') &&
    !has('tls.clientCaFile') &&
    valueAt(raw, 'callers.trustedProxies') === undefined
  ) {
    const detail =
      'is required with CALLER_AUTH=mtls, unless TRUSTED_PROXIES names who verifies certificates';
    faults.push({ path: 'tls.clientCaFile', detail });
  }
  if (has('tls.certFile') !== has('tls.keyFile')) {
    const path = has('tls.certFile') ? 'tls.keyFile' : 'tls.certFile';
    faults.push({ path, detail: 'is required: TLS needs a certificate and its key' });
  } else if (has('tls.clientCaFile') && !has('tls.certFile')) {
    faults.push({ path: 'tls.certFile', detail: 'is required with TLS_CLIENT_CA_FILE' });
  }
  if (has('callers.userHeader') && valueAt(raw, 'callers.trustedProxies') === undefined) {
    const detail = 'needs TRUSTED_PROXIES: anybody else could name any user';
    faults.push({ path: 'callers.userHeader', detail });
  }
  if (chosen.includes('none') && chosen.length > 1) {
    faults.push({ path: 'callers.auth', detail: 'must be none alone, or without none' });
  }
  return [...faults, ...(chosen.includes('jwt') ? issuerFaults(raw) : []), ...anonymousFaults(raw, chosen)];
}

/** Who could answer in the issuer's place could put a key of his own among its keys. */
function issuerFaults(raw: unknown): SettingFault[] {
  const isAllowed = flag.safeParse(valueAt(raw, 'allowInsecureUpstream')).data ?? false;
  return ['callers.jwt.issuer', 'callers.jwt.jwksUrl'].flatMap((path) => {
    const given = optional(url).safeParse(valueAt(raw, path)).data;
    if (isAllowed || given === undefined || isSecure(new URL(given))) return [];
    const detail =
      'must be https: anybody in between could put keys of his own there (ALLOW_INSECURE_UPSTREAM=true permits it)';
    return [{ path, detail }];
  });
}

function anonymousFaults(raw: unknown, chosen: readonly string[]): SettingFault[] {
  const address = host.safeParse(valueAt(raw, 'host')).data;
  const isAllowed = flag.safeParse(valueAt(raw, 'callers.allowAnonymous')).data ?? false;
  if (!chosen.includes('none') || address === undefined || isLoopback(address) || isAllowed) return [];
  const detail = `${address} lets others in, and CALLER_AUTH is none: choose a way to authenticate callers, or set ALLOW_ANONYMOUS_CALLERS=true if a gateway checks them`;
  return [{ path: 'host', detail }];
}

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
  // Of the forms that mix both kinds of address, Express knows this one only.
  if (version === 6 && address.includes('.') && !/^::ffff:\d/i.test(address)) return false;
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

/** It is a part of every link, and a header that is longer is a mistake or an attempt. */
const longestPrefix = 200;

/** A path that can stand in front of ours: no empty segment and none that leads elsewhere. */
export function isPathPrefix(value: string): boolean {
  if (value.length > longestPrefix || !/^(?:\/[A-Za-z0-9._~-]+)+$/.test(value)) return false;
  return !value.split('/').some((segment) => segment === '.' || segment === '..');
}
