import type { Request, RequestHandler, Response } from 'express';
import { announcesBody } from './body/body-head.ts';
import { isClosing } from './connections/close-after.ts';
import { MethodNotAllowed, NotImplemented, UnreadableRequest } from './errors.ts';
import { toOriginForm } from './fields/request-target.ts';

/**
 * Refuses what Node's parser lets pass although HTTP does not, in the order in which requests came, and closes the
 * connection: what follows on it may not be what it seems to be.
 */
export const requireWellFormed: RequestHandler = (request, response, next) => {
  if (isClosing(request.socket)) refuse(response, new UnreadableRequest('This connection is being closed.'));
  checkVersion(request, response);
  readTarget(request, response);
  checkHost(request, response);
  checkTransferCoding(request, response);
  // Node begins to serve a request when its head is there, in the middle of a packet that may hold its body too. A
  // refusal by the head alone would then close the connection of a request that has come whole.
  if (request.complete || !announcesBody(request.headers)) next();
  else setImmediate(() => next());
};

/**
 * A target that names the host counts as its path, and its host in place of the `Host` header (RFC 9112, 3.2.2).
 * A target of `*` is about the server as a whole, and has no path (3.2.4). None has a fragment (3.2).
 */
function readTarget(request: Request, response: Response): void {
  const { url, method, headers } = request;
  // Express leaves it out when it looks for a route, so that the path would be one there and another one here.
  if (url.includes('#')) refuse(response, new UnreadableRequest('A target has no fragment.'));
  if (url.startsWith('/')) return;
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
}

/** Node takes what says 2.0, and also a line without a version, which is HTTP/0.9. */
function checkVersion(request: Request, response: Response): void {
  const { httpVersion } = request;
  // What really is HTTP/2 comes as a stream, from a host that speaks it.
  if (httpVersion !== '1.1' && httpVersion !== '1.0' && !('stream' in request))
    refuse(response, new UnreadableRequest('Only HTTP/1.1 and HTTP/1.0 are understood here.'));
}

/** `uri-host [ ":" port ]` of RFC 3986, without its empty form, which an http URI cannot have (RFC 9110, 4.2.1). */
const validHost =
  /^(?:\[(?:[0-9a-f:.]+|v[0-9a-f]+\.[\w.~!$&'()*+,;=:-]+)\]|(?:[\w.~!$&'()*+,;=-]|%[0-9a-f]{2})+)(?::\d*)?$/i;

/** HTTP/1.1 asks for exactly one that is valid; HTTP/1.0 for none (RFC 9112, 3.2). */
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
function checkTransferCoding({ headers, httpVersion }: Request, response: Response): void {
  const coding = headers['transfer-encoding'];
  if (coding === undefined) return;
  const codings = coding.split(',').map((one) => one.trim().toLowerCase());
  // Where the last one is not `chunked`, nobody can tell where the body ends (RFC 9112, 6.3). A message of HTTP/1.0
  // has none at all, so somebody on the way may have read another body (6.1).
  if (codings.at(-1) !== 'chunked' || httpVersion !== '1.1')
    refuse(response, new UnreadableRequest('The Transfer-Encoding does not say where the body ends.'));
  if (codings.length > 1)
    refuse(response, new NotImplemented(`The transfer coding ${codings[0]} is not implemented here.`));
}

function refuse(response: Response, fault: UnreadableRequest | NotImplemented): never {
  response.set('connection', 'close');
  throw fault;
}
