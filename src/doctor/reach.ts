import { problemCatalogue } from '../http/problems/catalogue.ts';
import { firstHeader } from '../ims/http-answer.ts';
import type { Clock } from '../observability/clock.ts';
import { errorCode } from '../observability/error-code.ts';
import type { createDispatcher } from '../platform/dispatcher.ts';
import type { Trouble } from './finding.ts';

export interface ReachOptions {
  readonly dispatcher: ReturnType<typeof createDispatcher>;
  readonly origin: string;
  /** The variable that sets the origin. */
  readonly variable: 'IMS_URL' | 'PLATFORM_URL';
  /** For all of it: name, connection, TLS and the answer's headers. */
  readonly timeoutMs: number;
  readonly isProxySet: boolean;
  readonly clock: Clock;
}

/** An answer came; whichever it was, name, connection and certificate are in order. */
export interface Reached {
  /** By the server's clock, in whole seconds as milliseconds since the Unix epoch; absent if it said none. */
  readonly dateMs?: number;
  /** By our clock, half-way between question and answer. */
  readonly askedAtMs: number;
}

export type Reach =
  | { readonly reached: Reached; readonly trouble?: undefined }
  | { readonly reached?: undefined; readonly trouble: Trouble };

/** Asks a server for nothing in particular, without credential and token. Never throws. */
export async function reach(options: ReachOptions): Promise<Reach> {
  const { dispatcher, origin, timeoutMs, clock } = options;
  const deadline = new AbortController();
  const cancelDeadline = clock.after(timeoutMs, () => deadline.abort());
  const sentAtMs = clock.now();
  try {
    const { headers, body } = await dispatcher.request({
      origin,
      path: '/',
      method: 'HEAD',
      signal: deadline.signal,
    });
    const askedAtMs = (sentAtMs + clock.now()) / 2;
    await body.dump();
    const dateMs = Date.parse(firstHeader(headers, 'date') ?? '');
    return { reached: { askedAtMs, ...(!Number.isNaN(dateMs) && { dateMs }) } };
  } catch (error) {
    return { trouble: explain(error, deadline.signal.aborted, options) };
  } finally {
    cancelDeadline();
  }
}

/** How this machine's clock differs from the server's: positive when it is ahead. Nothing if no time was said. */
export function clockOffsetMs({ dateMs, askedAtMs }: Reached): number | undefined {
  // The header drops the fraction of its second: half a second is the mean of what it lost.
  return dateMs === undefined ? undefined : askedAtMs - (dateMs + 500);
}

/** OpenSSL's codes for a certificate that is not to be believed. */
const certificateCode = /CERT|SIGNATURE/;
const certificateDateCodes = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

/**
 * The service calls all of these «unreachable», which is Adobe's to mend. Here, where nothing has worked yet,
 * the code tells more: a name, a certificate or a proxy is for the operator.
 */
function explain(error: unknown, isLate: boolean, { origin, variable, isProxySet }: ReachOptions): Trouble {
  const code = errorCode(error) ?? 'unknown';
  const settings = isProxySet ? `${variable} and HTTPS_PROXY (HTTP_PROXY, NO_PROXY)` : variable;
  const mine = (wrong: string, cure: string): Trouble => ({
    wrong: `${wrong} (${code})`,
    owner: 'operator',
    cure,
  });

  if (isLate || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_CONNECT_TIMEOUT') {
    const { owner } = problemCatalogue['platform-timed-out'];
    const firewall = isProxySet
      ? 'the proxy lets it pass'
      : 'a firewall lets it pass or HTTPS_PROXY is needed';
    return { wrong: 'No answer in time', owner, cure: `Try again. If it stays, see whether ${firewall}.` };
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    const name = nameIn(error) === new URL(origin).hostname ? 'The name' : "The name or the proxy's";
    return mine(`${name} does not resolve`, `Check ${settings} and DNS.`);
  }
  if (certificateDateCodes.has(code)) {
    return mine('The certificate is not valid today', "Check this machine's date and the certificate.");
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return mine('The certificate is for another name', `Check ${settings}.`);
  }
  if (certificateCode.test(code)) {
    const cure =
      'Name the file with the PEM of its authority in NODE_EXTRA_CA_CERTS; a proxy may have its own.';
    return mine('Nobody whom this machine trusts vouches for the certificate', cure);
  }
  if (code === 'ECONNREFUSED') return mine('Nothing listens there', `Check ${settings}.`);
  if (isProxySet)
    return mine('The proxy does not lead there', `Check ${settings}, and whether the proxy permits it.`);
  const { owner } = problemCatalogue['platform-unreachable'];
  return {
    wrong: `No connection came about (${code})`,
    owner,
    cure: `Try again. If it stays, check ${settings}.`,
  };
}

function nameIn(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'hostname' in error ? error.hostname : undefined;
}
