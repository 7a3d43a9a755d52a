import type { Request, RequestHandler, Response } from 'express';
import { MethodNotAllowed, NotImplemented, UnreadableRequest } from './errors.ts';
import { toOriginForm } from './fields/request-target.ts';

/*
 * What Node's parser lets pass although HTTP does not. Each refusal closes the connection, because what follows on it
 * may not be what it seems to be.
 */

/**
 * A target that names the host counts as its path, and its host in place of the `Host` header (RFC 9112, 3.2.2).
 * A target of `*` is about the server as a whole, and has no path (3.2.4). None has a fragment (3.2).
 */
export const readTarget: RequestHandler = (request, response, next) => {
  const { url, method, headers } = request;
  // Express leaves it out when it looks for a route, so that the path would be one there and another one here.
  if (url.includes('#')) refuse(response, new UnreadableRequest('A target has no fragment.'));
  if (url.startsWith('/')) return next();
  if (url === '*') {
    const detail = 'There is nothing here that is about the server as a whole.';
    if (method === 'OPTIONS')
      throw new MethodNotAllowed(detail, { allow: ['GET', 'HEAD', 'POST', 'DELETE'] });
    refuse(response, new UnreadableRequest('Only OPTIONS may have the target *.'));
  }
  checkHost(request, response);
  const [, authority] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(url) ?? [];
  if (authority !== undefined) headers.host = authority;
  request.url = toOriginForm(url);
  next();
};

/** Node takes what says 2.0, and also a line without a version, which is HTTP/0.9. */
export const requireVersion: RequestHandler = (request, response, next) => {
  const { httpVersion } = request;
  // What really is HTTP/2 comes as a stream, from a host that speaks it.
  if (httpVersion !== '1.1' && httpVersion !== '1.0' && !('stream' in request))
    refuse(response, new UnreadableRequest('Only HTTP/1.1 and HTTP/1.0 are understood here.'));
  next();
};

/** `uri-host [ ":" port ]` of RFC 3986, without its empty form, which an http URI cannot have (RFC 9110, 4.2.1). */
const validHost =
  /^(?:\[(?:[0-9a-f:.]+|v[0-9a-f]+\.[\w.~!$&'()*+,;=:-]+)\]|(?:[\w.~!$&'()*+,;=-]|%[0-9a-f]{2})+)(?::\d*)?$/i;

/** HTTP/1.1 asks for exactly one that is valid; HTTP/1.0 for none (RFC 9112, 3.2). */
export const requireHost: RequestHandler = (request, response, next) => {
  checkHost(request, response);
  next();
};

function checkHost(request: Request, response: Response): void {
  const { host } = request.headers;
  if (host === undefined) {
    if (request.httpVersion !== '1.1') return;
    refuse(response, new UnreadableRequest('The request has no Host header.'));
  }
  if (countHosts(request) > 1)
    refuse(response, new UnreadableRequest('The request has more than one Host header.'));
  if (!validHost.test(host)) refuse(response, new UnreadableRequest('The Host header is not valid.'));
}

/** Node keeps the first of several. */
function countHosts({ rawHeaders }: Request): number {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count;
}

/** Node decodes `chunked`, and would pass on what else a body is wrapped in as if it were the body. */
export const requireKnownTransferCoding: RequestHandler = ({ headers, httpVersion }, response, next) => {
  const coding = headers['transfer-encoding'];
  if (coding === undefined) return next();
  const codings = coding.split(',').map((one) => one.trim().toLowerCase());
  // Where the last one is not `chunked`, nobody can tell where the body ends (RFC 9112, 6.3). A message of HTTP/1.0
  // has none at all, so somebody on the way may have read another body (6.1).
  if (codings.at(-1) !== 'chunked' || httpVersion !== '1.1')
    refuse(response, new UnreadableRequest('The Transfer-Encoding does not say where the body ends.'));
  if (codings.length > 1)
    refuse(response, new NotImplemented(`The transfer coding ${codings[0]} is not implemented here.`));
  next();
};

function refuse(response: Response, fault: UnreadableRequest | NotImplemented): never {
  response.set('connection', 'close');
  throw fault;
}
