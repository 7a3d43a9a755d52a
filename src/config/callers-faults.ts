import { callerAuth, url } from './callers-settings.ts';
import type { SettingFault } from './settings-error.ts';
import { flag, host, isLoopback, isSecure, optional, text, valueAt } from './values.ts';

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
  // Whoever sets what a way of authentication needs believes that nobody is let in without it.
  const refuseWithout = (ways: readonly string[], path: string) => {
    if (!has(path) || ways.some((way) => chosen.includes(way))) return;
    const choice = ways.length === 1 ? 'choose that' : 'choose one';
    faults.push({
      path,
      detail: `is of no use without CALLER_AUTH=${ways.join(' or ')}: ${choice}, or unset it`,
    });
  };
  refuseWithout(['api-key', 'mtls'], 'callers.file');
  for (const name of ['issuer', 'audience', 'jwksUrl']) refuseWithout(['jwt'], `callers.jwt.${name}`);
  refuseWithout(['mtls'], 'tls.clientCaFile');
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
