import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportSPKI } from 'jose';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import {
  claimsOf,
  encodePart,
  lastReason,
  listWith,
  makeKey,
  makeToken,
  type SigningKey,
  signParts,
  startTokenIssuer,
  type TokenIssuer,
  type TokenOptions,
} from '../support/token-issuer.ts';

let issuer: TokenIssuer;
let service: ServiceUnderTest;
let rsa: SigningKey;
let ec: SigningKey;
let foreign: SigningKey;
beforeAll(async () => {
  [rsa, ec, foreign] = await Promise.all([makeKey('rsa', 'RS256'), makeKey('ec'), makeKey('ec')]);
  issuer = await startTokenIssuer(rsa, ec);
  service = await startServiceUnderTest({ env: issuer.env(), limits: { failuresPerMinute: 100_000 } });
});
afterAll(async () => {
  await service.stop();
  await issuer[Symbol.asyncDispose]();
});

const now = () => service.emulator.clock.wallNow();
const make = (options: TokenOptions = {}, key = ec) => makeToken(issuer, key, now(), options);
const claims = (options: TokenOptions = {}) => claimsOf(issuer, now(), options);
const inSeconds = (ms: number) => Math.floor((now() + ms) / 1000);

/** The parts of a good token, with a signature of the caller's own making. */
const withSignature = (signature: Uint8Array, token = make()) =>
  `${token.slice(0, token.lastIndexOf('.'))}.${Buffer.from(signature).toString('base64url')}`;
const signatureOf = (token: string) => Buffer.from(token.split('.')[2] ?? '', 'base64url');

function hs256(secret: string | Uint8Array, kid: string): string {
  const input = `${encodePart({ alg: 'HS256', kid })}.${encodePart(claims())}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

const attacks: [name: string, token: () => string | Promise<string>, reason: RegExp][] = [
  ['alg none', () => `${encodePart({ alg: 'none' })}.${encodePart(claims())}.`, /JWT_ALGORITHMS/],
  ['alg none with a signature', () => withHeader({ alg: 'none', kid: 'ec' }), /JWT_ALGORITHMS/],
  ['alg nOnE', () => withHeader({ alg: 'nOnE', kid: 'ec' }), /JWT_ALGORITHMS/],
  ['no alg', () => withHeader({ kid: 'ec' }), /not a signed JWT/],
  ['an alg that is no text', () => withHeader({ alg: ['ES256'], kid: 'ec' }), /not a signed JWT/],
  ['HS256 by the PEM of a public key', async () => hs256(await exportSPKI(rsa.publicKey), 'rsa'), /JWT_ALGO/],
  ['HS256 by the JWK of a public key', () => hs256(JSON.stringify(rsa.jwk), 'rsa'), /JWT_ALGORITHMS/],
  ['HS256 by the modulus', () => hs256(Buffer.from(rsa.jwk.n ?? '', 'base64url'), 'rsa'), /JWT_ALGORITHMS/],
  ['HS256 by nothing', () => hs256('', 'rsa'), /JWT_ALGORITHMS/],
  ['PS256, which is not pinned', () => make({ header: { alg: 'PS256' } }, rsa), /JWT_ALGORITHMS/],
  ['another issuer', () => make({ claims: { iss: 'https://other.test' } }), /JWT_ISSUER/],
  ['the issuer with a slash', () => make({ claims: { iss: `${issuer.url}/` } }), /JWT_ISSUER/],
  ['a list of issuers', () => make({ claims: { iss: [issuer.url] } }), /JWT_ISSUER/],
  ['no issuer', () => make({ claims: { iss: undefined } }), /has no "iss"/],
  ['another audience', () => make({ claims: { aud: 'https://other.test' } }), /JWT_AUDIENCE/],
  ['an audience that begins like ours', () => make({ claims: { aud: `${claims().aud}.evil` } }), /JWT_AUD/],
  ['no audience', () => make({ claims: { aud: undefined } }), /has no "aud"/],
  ['an object as audience', () => make({ claims: { aud: { 0: claims().aud } } }), /JWT_AUDIENCE/],
  ['another key of the same kid', () => make({}, foreign), /issuer's keys has signed/],
  ['the kid of a key of another kind', () => make({ header: { kid: 'rsa' } }), /no key with its "kid"/],
  ['a kid that is a path', () => make({ header: { kid: '../../etc/passwd' } }), /no key with its "kid"/],
  ['a kid that is no text', () => make({ header: { kid: { $ne: 1 } } }), /no key with its "kid"/],
  ['a key of its own', () => make({ header: { jwk: foreign.jwk } }, foreign), /issuer's keys has signed/],
  [
    'a key set of its own',
    () => make({ header: { jku: `${issuer.url}/evil` } }, foreign),
    /issuer's keys has signed/,
  ],
  [
    'a certificate of its own',
    () => make({ header: { x5u: `${issuer.url}/evil` } }, foreign),
    /has signed it/,
  ],
  ['an extension that is critical', () => make({ header: { crit: ['exp'], exp: 1 } }), /"crit"/],
  ['an extension that changes nothing', () => make({ header: { crit: ['b64'], b64: true } }), /"crit"/],
  ['a type that only contains the right one', () => make({ header: { typ: 'at+jwtapplication/' } }), /"typ"/],
  ['a sign that base64url does not have', () => `${make()}=`, /base64url/],
  ['no list of extensions', () => make({ header: { crit: 'exp' } }), /not a signed JWT/],
  [
    'an unencoded payload',
    () => make({ header: { crit: ['b64'], b64: false } }),
    /has signed it|not a signed/,
  ],
  ['an end that is over', () => make({ lifeMs: -31_000 }), /has ended/],
  ['a begin that is to come', () => make({ claims: { nbf: inSeconds(31_000) } }), /not valid yet/],
  ['a begin as text', () => make({ claims: { nbf: '1' } }), /"nbf" is not a number/],
  ['an issue in the future', () => make({ claims: { iat: inSeconds(31_000) } }), /"iat" is in the future/],
  ['an issue as text', () => make({ claims: { iat: 'now' } }), /"iat" is not a number/],
  ['no end', () => make({ claims: { exp: undefined } }), /has no "exp"/],
  ['an end as text', () => make({ claims: { exp: String(inSeconds(3_600_000)) } }), /"exp" is not a number/],
  ['an end that is null', () => make({ claims: { exp: null } }), /"exp" is not a number/],
  ['an end that is no date', () => make({ claims: { exp: 1e300 } }), /"exp" is no date/],
  ['an end without end', () => rawClaims(({ exp, ...rest }) => `{"exp":1e999,${body(rest)}`), /no date/],
  ['a claim twice', () => rawClaims((all) => `{"scope":"",${body(all)}`), /a name twice/],
  ['an issuer twice', () => rawClaims((all) => `{"iss":"https://other.test",${body(all)}`), /a name twice/],
  [
    'a name twice in its header',
    () => signParts(ec, '{"alg":"none","kid":"ec","alg":"ES256"}', claims()),
    /twice/,
  ],
  [
    'claims that are a list',
    () => signParts(ec, { alg: 'ES256', kid: 'ec' }, [claims()]),
    /not a signed JWT/,
  ],
  ['claims that are no JSON', () => signParts(ec, { alg: 'ES256', kid: 'ec' }, 'claims'), /not a signed JWT/],
  ['a header that is no JSON', () => signParts(ec, 'header', claims()), /not a signed JWT/],
  [
    'the signature of another token',
    () => withSignature(signatureOf(make({ claims: { sub: 'b' } }))),
    /has signed it/,
  ],
  ['half a signature', () => withSignature(signatureOf(make()).subarray(0, 32)), /issuer's keys has signed/],
  ['a token cut short', () => make().slice(0, -3), /has signed it|not a signed/],
  ['r and s of zero', () => withSignature(Buffer.alloc(64)), /issuer's keys has signed/],
  [
    'a signature in DER',
    () => withSignature(Buffer.from('3006020101020101', 'hex')),
    /issuer's keys has signed/,
  ],
  ['a signature of nothing but n', () => withSignature(orderTwice), /issuer's keys has signed/],
  ['another type of token', () => make({ header: { typ: 'logout+jwt' } }), /"typ" is not one/],
  ['a type that is no text', () => make({ header: { typ: { a: 1 } } }), /"typ" is not one/],
  ['an ID token with a hash', () => make({ claims: { at_hash: 'x' } }), /not an access token/],
  [
    'an ID token with a nonce',
    () => make({ claims: { nonce: 'x', scope: undefined } }),
    /not an access token/,
  ],
  ['a refresh token of Keycloak', () => make({ claims: { typ: 'Refresh' } }), /not an access token/],
  ['an ID token of Cognito', () => make({ claims: { token_use: 'id' } }), /not an access token/],
  ['nobody', () => make({ claims: { sub: undefined } }), /names nobody/],
  ['a blank subject', () => make({ claims: { sub: ' ', client_id: 'a' } }), /names nobody/],
  ['a subject that is no text', () => make({ claims: { sub: 5, client_id: 'a' } }), /names nobody/],
  ['five parts', () => `${make()}.${encodePart('b')}.${encodePart('c')}`, /not a signed JWT/],
  [
    'signs of base64 that are not of base64url',
    () => make().replace('.', '+/.'),
    /not a signed|has signed it/,
  ],
  ['14 kB', () => make({ claims: { padding: 'x'.repeat(10_000) } }), /longer than 8 kB/],
];

const withHeader = (header: object) => signParts(ec, header, claims());
const rawClaims = (write: (all: Record<string, unknown>) => string) =>
  signParts(ec, { alg: 'ES256', kid: 'ec' }, write(claims()));
const body = (some: object) => JSON.stringify(some).slice(1);
const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';
const orderTwice = Buffer.from(order + order, 'hex');

describe('a token with', () => {
  it.each(attacks)('%s is refused', async (_, token, reason) => {
    const bearer = await token();
    const asked = service.emulator.requests.all('list').length;
    const { status, body: problem, headers } = await listWith(service, bearer);
    expect([status, problem.code]).toEqual([401, 'not-authenticated']);
    expect(headers['www-authenticate']).toBe('Bearer realm="aep-jobs-bff", error="invalid_token"');
    expect(lastReason(service)).toMatch(reason);
    // One sentence for all, but for who has to get a new one.
    const ended = 'The token has ended: get a new one.';
    expect(problem.detail).toBe(reason.source === 'has ended' ? ended : 'The token is not valid here.');
    expect(service.emulator.requests.all('list')).toHaveLength(asked);
    for (const line of service.logLines().slice(-1)) {
      for (const secret of bearer.split('.').filter((one) => one.length > 8)) {
        expect(JSON.stringify(line)).not.toContain(secret);
      }
    }
  });

  it('an end that is over and a wrong signature is not told that it has ended', async () => {
    const { body } = await listWith(service, make({ lifeMs: -60_000 }, foreign));
    expect(body.detail).toBe('The token is not valid here.');
  });

  it('an address in its header has not made us ask there', () => {
    expect(issuer.asked.filter((path) => path !== '/keys')).toEqual([]);
  });
});
