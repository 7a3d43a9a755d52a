import type { Request } from 'express';
import type { ClientCertificate, Credentials } from '../../callers/authenticator.ts';
import { invalidCredential } from '../../callers/errors.ts';

const headerName = 'authorization';
const bearerScheme = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i;

/**
 * What a request brings to say who sends it. Cookies are never looked at: a browser sends them by itself, from any page.
 *
 * @param certificateOf how the client's certificate is found; none unless given
 * @throws NotAuthenticated where the header is there and says nothing that can be checked
 */
export function readCredentials(
  request: Request,
  certificateOf?: (request: Request) => ClientCertificate | undefined,
): Credentials {
  const key = request.get('x-caller-key');
  // Where a key is brought, `Authorization` may belong to somebody else, such as a gateway's user.
  const bearer = key === undefined ? readBearer(request) : undefined;
  return { bearer, key, certificate: certificateOf?.(request) };
}

function readBearer({ headers: { authorization }, rawHeaders }: Request): string | undefined {
  if (authorization === undefined) return undefined;
  // Node shows the first one; a gateway may have looked at another.
  const isAnother = (name: string, at: number) =>
    at % 2 === 0 && name.length === headerName.length && name.toLowerCase() === headerName;
  if (rawHeaders.findIndex(isAnother) !== rawHeaders.findLastIndex(isAnother)) {
    throw invalidCredential('There is more than one Authorization header.');
  }
  const [, token] = bearerScheme.exec(authorization) ?? [];
  if (token === undefined) throw invalidCredential('The Authorization header is not of the form Bearer …');
  return token;
}
