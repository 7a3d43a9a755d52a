import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Request } from 'express';
import type { ClientCertificate } from '../../callers/authenticator.ts';
import { isFromTrustedProxy } from '../proxies/trusted-peer.ts';
import { readForwardedCertificate } from './forwarded-certificate.ts';
import { toClientCertificate } from './to-client-certificate.ts';

/** Of each connection, read when it is first asked for. It cannot change: TLS does not renegotiate here. */
const verified = new WeakMap<Socket, ClientCertificate | undefined>();

/**
 * The certificate of who sends a request: as a trusted proxy names it, otherwise the connection's own.
 *
 * A trusted proxy speaks for its callers. Where it says nothing of a certificate, or what cannot be understood, there is
 * none: the connection's own is the proxy's, and must not stand for everybody behind it.
 */
export function readClientCertificate(request: Request): ClientCertificate | undefined {
  const header = request.headers['x-forwarded-client-cert'];
  if (isFromTrustedProxy(request)) {
    return header === undefined ? undefined : readForwardedCertificate(String(header));
  }
  const { socket } = request;
  if (!verified.has(socket)) verified.set(socket, verifiedBy(socket));
  return verified.get(socket);
}

function verifiedBy(socket: Socket): ClientCertificate | undefined {
  // Node has called a resumed connection authorized though nobody had brought a certificate, so both are asked:
  // https://github.com/nodejs/node/pull/64584
  const certificate =
    socket instanceof TLSSocket && socket.authorized ? socket.getPeerX509Certificate() : undefined;
  return certificate && toClientCertificate(certificate);
}
