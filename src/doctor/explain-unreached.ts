import { problemCatalogue } from '../problems/catalogue.ts';
import type { Failure } from './finding.ts';

/** What could not be reached. */
export interface Target {
  readonly origin: string;
  /** The variable that sets the origin. */
  readonly variable: 'IMS_URL' | 'PLATFORM_URL';
  readonly isProxySet: boolean;
}

const lateCodes = new Set(['late', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT']);
const nameCodes = new Set(['ENOTFOUND', 'EAI_AGAIN']);
const certificateDateCodes = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

/**
 * Why no answer came, by the code of Node's, OpenSSL's or undici's error, or `late` for a time-out of our own. Pure.
 *
 * The service answers all of these with `platform-unreachable`, owner platform. On a first day, when nothing has
 * worked yet, the code says more: a name, a certificate or a proxy is for the operator to fix.
 */
export function explainUnreached(code: string, { origin, variable, isProxySet }: Target): Failure {
  const settings = isProxySet ? `${variable} and HTTPS_PROXY (HTTP_PROXY, NO_PROXY)` : variable;
  // The code does not say which of the two it was.
  const orProxy = isProxySet ? ' or the proxy' : '';
  const { hostname } = new URL(origin);
  const mine = (wrong: string, cure: string): Failure => ({
    wrong: `${wrong} (${code})`,
    owner: 'operator',
    cure,
  });

  if (lateCodes.has(code)) {
    const { owner } = problemCatalogue['platform-timed-out'];
    const way = isProxySet ? 'the proxy' : 'a firewall, or HTTPS_PROXY that is not set';
    return {
      wrong: `${origin} did not answer in time`,
      owner,
      cure: `Try again. If it stays, look at ${way}.`,
    };
  }
  if (nameCodes.has(code)) {
    return mine(
      `The name ${hostname}${isProxySet ? " or the proxy's" : ''} does not resolve`,
      `Check ${settings} and DNS.`,
    );
  }
  if (certificateDateCodes.has(code)) {
    return mine('The certificate is not valid today', "Check this machine's date and the certificate.");
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return mine(`The certificate is not for ${hostname}`, `Check ${settings}.`);
  }
  if (/CERT|SIGNATURE/.test(code)) {
    const cure =
      'Name a file with the PEM of its authority in NODE_EXTRA_CA_CERTS; a proxy may have its own.';
    return mine('No authority that this machine trusts has signed the certificate', cure);
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) {
    return mine(
      `${origin}${orProxy} does not speak TLS as we do`,
      `Check ${settings}: https or http, and the port.`,
    );
  }
  if (code === 'ECONNREFUSED') return mine(`Nothing listens at ${origin}${orProxy}`, `Check ${settings}.`);
  if (isProxySet) {
    return mine(
      `The proxy does not lead to ${origin}`,
      `Check ${settings}, and whether the proxy permits it.`,
    );
  }
  const { owner } = problemCatalogue['platform-unreachable'];
  const cure = `Try again later. If it stays, check ${settings}.`;
  return { wrong: `No connection to ${origin} could be made (${code})`, owner, cure };
}
