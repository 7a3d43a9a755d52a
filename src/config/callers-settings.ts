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
  list,
  optional,
  text,
  valueAt,
  wholeNumber,
} from './values.ts';

const ways = ['none', 'api-key', 'jwt', 'mtls'] as const;
const auth = list(z.enum(ways, { error: `must be of ${ways.join(', ')}` }));

/** Only those that a public key verifies: a key set must never serve as a shared secret. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

const algorithm = z.enum(algorithms, { error: `must be of ${algorithms.join(', ')}` });
const url = text.refine((value) => /^https?:\/\//i.test(value) && URL.canParse(value), {
  error: 'must be a URL such as https://login.example.com',
});
const addressOrRange = text.refine(isAddressOrRange, {
  error: 'must be addresses or ranges such as 10.0.0.1, 10.0.0.0/8 or fd00::/8',
});
const originPattern = /^https?:\/\/(?:\*\.)?[a-z\d-]+(?:\.[a-z\d-]+)*(?::\d{1,5})?$/;
const webOrigin = text.refine((value) => originPattern.test(value) && URL.canParse(value), {
  error: 'must be origins such as https://app.example.com or https://*.example.com, in lower case',
});
const headerName = text.regex(/^[A-Za-z\d-]{1,64}$/, { error: "must be a header's name" }).toLowerCase();

/** Who may call, and by whom this service is reached. */
export const callersSchema = z.strictObject(
  {
    auth,
    allowAnonymous: flag,
    /** Who may be addressed; loopback names, or anybody behind a gateway, unless given. */
    allowedHosts: optional(list(addressedName)),
    /** The callers with a key or a certificate, in JSON. */
    file: optional(text),
    jwt: z.strictObject(
      {
        issuer: optional(url),
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
  },
  group,
);

export const tlsSchema = z
  .strictObject({ certFile: optional(text), keyFile: optional(text), clientCaFile: optional(text) }, group)
  .default({});

/** In front of every link; it begins with a slash and does not end with one. */
export const basePath = optional(
  text.refine(isPathPrefix, { error: 'must be a path such as /exports, of letters, digits and ._~-' }),
);

/** What the groups of settings need of each other. They read the raw values, see `credentialFaults`. */
export function callersFaults(raw: unknown): SettingFault[] {
  const chosen = auth.safeParse(valueAt(raw, 'callers.auth')).data;
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
  return [...faults, ...anonymousFaults(raw, chosen)];
}

function anonymousFaults(raw: unknown, chosen: readonly string[]): SettingFault[] {
  const address = host.safeParse(valueAt(raw, 'host')).data;
  const isAllowed = flag.safeParse(valueAt(raw, 'callers.allowAnonymous')).data ?? false;
  if (!chosen.includes('none') || address === undefined || isLoopback(address) || isAllowed) return [];
  const detail = `${address} lets others in, and CALLER_AUTH is none: choose a way to authenticate callers, or set ALLOW_ANONYMOUS_CALLERS=true if a gateway checks them`;
  return [{ path: 'host', detail }];
}

function isAddressOrRange(value: string): boolean {
  const [address = '', bits, ...more] = value.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

/** A path that can stand in front of ours: no empty segment and none that leads elsewhere. */
export function isPathPrefix(value: string): boolean {
  if (!/^(?:\/[A-Za-z0-9._~-]+)+$/.test(value)) return false;
  return !value.split('/').some((segment) => segment === '.' || segment === '..');
}
