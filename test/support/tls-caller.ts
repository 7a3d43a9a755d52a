import type { IncomingHttpHeaders } from 'node:http';
import { type Agent, request } from 'node:https';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';

export interface TlsAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
  /** Whether TLS went on with an earlier session, so that no certificate was exchanged. */
  readonly isResumed: boolean;
}

/** What a caller brings to TLS: whom it trusts, a certificate, an earlier session, a version. */
export interface TlsOptions extends Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'session'> {
  readonly version?: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3' | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly body?: string;
  /** On a connection of its own unless given. */
  readonly agent?: Agent;
  readonly onSession?: (session: Buffer) => void;
}

/** Node's own client for https, as a microservice would use it. */
export function askOverTls(url: string, path: string, options: TlsOptions = {}): Promise<TlsAnswer> {
  const { version, onSession, method = 'GET', agent = false, body, ...others } = options;
  const versions = version && { minVersion: version, maxVersion: version };
  return new Promise((resolve, reject) => {
    const call = request(`${url}${path}`, { ...others, ...versions, method, agent }, (answer) => {
      const { socket } = answer;
      const isResumed = 'isSessionReused' in socket && (socket as TLSSocket).isSessionReused();
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      answer.on('error', reject).on('end', () => {
        const body = text.startsWith('{') ? JSON.parse(text) : {};
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body, isResumed });
      });
    });
    call.on('socket', (socket) => {
      if (onSession) socket.on('session', onSession);
    });
    call.on('error', reject);
    call.end(body);
  });
}

/** A connection of one caller, byte by byte: what `openRawCaller` is without TLS. */
export interface RawTlsCaller {
  readonly socket: TLSSocket;
  received(): string;
  statuses(): number[];
  /** Nothing more comes from the service. */
  isEnded(): boolean;
}

export async function openTlsCaller(url: string, options: ConnectionOptions): Promise<RawTlsCaller> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const { port, hostname } = new URL(url);
  const own = { port: Number(port), host: hostname, allowHalfOpen: true, ...options };
  const socket = connect(own, resolve);
  let received = '';
  let isEnded = false;
  const end = () => {
    isEnded = true;
  };
  socket.setEncoding('latin1').on('data', (chunk) => {
    received += chunk;
  });
  socket.on('error', reject).on('end', end).on('close', end);
  await promise;
  return {
    socket,
    received: () => received,
    statuses: () => [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status)),
    isEnded: () => isEnded,
  };
}
