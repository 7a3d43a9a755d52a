import { KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, type GenerateKeyPairResult, generateKeyPair, type JWK } from 'jose';
import request from 'supertest';
import type { ServiceUnderTest } from './service-under-test.ts';

export const audience = 'https://jobs.example.test';

export interface SigningKey extends GenerateKeyPairResult {
  readonly kid: string;
  readonly alg: string;
  readonly jwk: JWK;
}

export async function makeKey(kid: string, alg = 'ES256'): Promise<SigningKey> {
  const pair = await generateKeyPair(alg, { extractable: true });
  return { ...pair, kid, alg, jwk: { ...(await exportJWK(pair.publicKey)), kid, alg, use: 'sig' } };
}

/** An issuer of tokens, as far as this service sees it: its two documents, over real HTTP. */
export interface TokenIssuer extends AsyncDisposable {
  readonly url: string;
  /** The paths that were asked for, in order. */
  readonly asked: string[];
  /** What the key set holds; a test replaces it. */
  keys: object[];
  /** Answers instead of the documents, as long as it is set. */
  answer: ((response: ServerResponse, path: string) => void) | undefined;
  /** Resolves with the next request, before it is answered. */
  nextAsked(): Promise<unknown>;
  env(more?: Readonly<Record<string, string>>): Record<string, string>;
}

export const discoveryPath = '/.well-known/openid-configuration';
export const keysPath = '/keys';

export async function startTokenIssuer(...keys: readonly SigningKey[]): Promise<TokenIssuer> {
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    issuer.asked.push(path);
    server.emit('asked');
    if (issuer.answer !== undefined) return issuer.answer(response, path);
    if (path === discoveryPath) return answerJson(response, { issuer: url, jwks_uri: `${url}${keysPath}` });
    if (path === keysPath) return answerJson(response, { keys: issuer.keys });
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer: TokenIssuer = {
    url,
    asked: [],
    keys: keys.map(({ jwk }) => jwk),
    answer: undefined,
    nextAsked: () => once(server, 'asked'),
    env: (more = {}) => ({
      CALLER_AUTH: 'jwt',
      JWT_ISSUER: url,
      JWT_AUDIENCE: audience,
      JWT_JWKS_URL: `${url}${keysPath}`,
      ...more,
    }),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
  return issuer;
}

export function answerJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export interface TokenOptions {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  /** How long it is valid. */
  readonly lifeMs?: number;
}

/** The claims of a token that is valid now and for an hour; `undefined` leaves one out. */
export function claimsOf(
  issuer: TokenIssuer,
  nowMs: number,
  { claims = {}, lifeMs = 3_600_000 }: TokenOptions = {},
) {
  const nowS = Math.floor(nowMs / 1000);
  return {
    iss: issuer.url,
    aud: audience,
    sub: 'reporting',
    iat: nowS,
    exp: nowS + lifeMs / 1000,
    scope: 'jobs:read jobs:create jobs:cancel',
    ...claims,
  };
}

/** An object, or a text as it is. */
export const encodePart = (value: object | string) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** Signs whatever it is told to, be it no token at all. */
export function signParts({ privateKey, alg }: SigningKey, header: object | string, claims: object | string) {
  const input = `${encodePart(header)}.${encodePart(claims)}`;
  const key = { key: KeyObject.from(privateKey), dsaEncoding: 'ieee-p1363' } as const;
  return `${input}.${sign(`sha${alg.slice(2)}`, Buffer.from(input), key).toString('base64url')}`;
}

export function makeToken(issuer: TokenIssuer, key: SigningKey, nowMs: number, options: TokenOptions = {}) {
  const header = { alg: key.alg, kid: key.kid, ...options.header };
  return signParts(key, header, claimsOf(issuer, nowMs, options));
}

/** A list of jobs, as whoever has this token. */
export async function listWith(
  service: ServiceUnderTest,
  token: string,
  headers: Record<string, string> = {},
) {
  return await request(service.url)
    .get('/jobs')
    .set({ authorization: `Bearer ${token}`, ...headers });
}

/** What the access log says of the last request. */
export function lastReason(service: ServiceUnderTest): unknown {
  return service.logLines().findLast(({ msg }) => msg === 'request')?.error;
}
