import type { RequestListener } from 'node:http';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { Settings } from './config/settings.ts';
import { SettingsError } from './config/settings-error.ts';
import { readTlsFiles, type TlsMaterial, toSecureContextOptions } from './config/tls-files.ts';
import type { Clock } from './observability/clock.ts';
import type { Log } from './observability/log.ts';

/** Short against the hours that are left when a certificate is replaced, and nothing beside a single request. */
const lookMs = 10_000;

export interface Tls {
  /** As that of `node:http`. It takes the files over when they change, until it is closed. */
  createServer(options: ServerOptions, answerRequest: RequestListener): Server;
}

/**
 * This service's own TLS; nothing where the settings name no files.
 *
 * @throws SettingsError
 */
export function openTls(files: Settings['tls'], { log, clock }: { log: Log; clock: Clock }): Tls | undefined {
  const first = readTlsFiles(files);
  if (first === undefined) return undefined;
  let used: TlsMaterial = first;
  /** What was wrong when the files were looked at last, and what has been logged. */
  let fault: string | undefined;
  let toldFault: string | undefined;
  let toldOfDates: TlsMaterial | undefined;

  function tellDates(): void {
    const { validFromMs, expiresAtMs } = used;
    const nowMs = clock.wallNow();
    if (toldOfDates === used || (validFromMs <= nowMs && nowMs < expiresAtMs)) return;
    toldOfDates = used;
    const dates = {
      validFrom: new Date(validFromMs).toISOString(),
      expires: new Date(expiresAtMs).toISOString(),
    };
    log.warn(dates, 'The certificate of TLS_CERT_FILE is not valid now: callers refuse it');
  }

  function look(server: Server): void {
    const before = fault;
    fault = undefined;
    try {
      const read = readTlsFiles(files);
      if (read !== undefined && !isSame(read, used)) {
        // With new keys for resumption: whom an authority has vouched for that is gone has to come anew.
        server.setSecureContext(toSecureContextOptions(read));
        used = read;
        log.info(
          { expires: new Date(read.expiresAtMs).toISOString() },
          'The TLS files have changed and are used now',
        );
      }
      toldFault = undefined;
    } catch (error) {
      fault = error instanceof SettingsError ? error.message : String(error);
      // Certificate and key are two files, and one is written before the other: only what stays wrong is a fault.
      if (fault === before && fault !== toldFault) {
        toldFault = fault;
        log.warn(
          { error: fault },
          'The TLS files have changed and cannot be used; what they held before is kept',
        );
      }
    }
    tellDates();
  }

  function follow(server: Server): void {
    let cancel = () => {};
    const next = () => {
      cancel = clock.after(lookMs, lookAgain, { keepsProcessAlive: false });
    };
    function lookAgain(): void {
      look(server);
      next();
    }
    next();
    server.once('close', () => cancel());
  }

  tellDates();
  return {
    createServer(options, answerRequest) {
      const { headersTimeout } = options;
      const handshake = headersTimeout === undefined ? {} : { handshakeTimeout: headersTimeout };
      const server = createServer({ ...options, ...handshake, ...toTlsOptions(first) }, answerRequest);
      if (first.clientCa !== undefined) server.on('secureConnection', (socket) => tellRefused(socket, log));
      follow(server);
      return server;
    },
  };
}

function toTlsOptions(material: TlsMaterial): ServerOptions {
  return {
    ...toSecureContextOptions(material),
    // Asked for and not required: health, and other ways to say who one is, do without. Whoever brings one that is not
    // valid is nobody.
    ...(material.clientCa !== undefined && { requestCert: true, rejectUnauthorized: false }),
  };
}

/** Its caller only hears that nobody knows it; why, the operator needs to know. */
function tellRefused(socket: TLSSocket, log: Log): void {
  if (socket.authorized) return;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return;
  const error = String(socket.authorizationError);
  // As CALLERS_FILE has it.
  const sha256 = certificate.fingerprint256.replaceAll(':', '').toLowerCase();
  log.info({ error, sha256 }, 'A client certificate is not valid');
}

function isSame(one: TlsMaterial, other: TlsMaterial): boolean {
  return one.cert === other.cert && one.key.equals(other.key) && one.clientCa === other.clientCa;
}
