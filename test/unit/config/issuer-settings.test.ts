import { describe, expect, it } from '@jest/globals';
import { read } from '../../support/settings-under-test.ts';

const jwt = { CALLER_AUTH: 'jwt', JWT_ISSUER: 'https://login.test', JWT_AUDIENCE: 'jobs' };

describe('the settings for tokens', () => {
  it.each([
    {},
    { JWT_ISSUER: 'https://login.test/tenant/' },
    { JWT_JWKS_URL: 'https://login.test/keys?appid=1' },
    { JWT_ISSUER: 'http://127.0.0.1:8080/realms/a', JWT_JWKS_URL: 'http://localhost:8080/keys' },
    { JWT_ISSUER: 'http://login.test', ALLOW_INSECURE_UPSTREAM: 'true' },
    { JWT_ALGORITHMS: 'EdDSA' },
  ])('may be %j', (more) => {
    expect(read({ ...jwt, ...more })).toMatchObject({ callers: {} });
  });

  it.each(['JWT_ISSUER', 'JWT_AUDIENCE', 'JWT_JWKS_URL'])(
    'are refused where nobody asks for a token, because %s lets nobody think that',
    (name) => {
      const value = name === 'JWT_AUDIENCE' ? 'jobs' : 'https://login.test';
      expect(read({ [name]: value })).toEqual([
        `${name} is of no use without CALLER_AUTH=jwt: choose that, or unset it`,
      ]);
    },
  );

  const https =
    'must be https: anybody in between could put keys of his own there (ALLOW_INSECURE_UPSTREAM=true permits it)';
  const plain = 'must be a URL such as https://login.example.com, without user, password and fragment';
  it.each([
    [{ JWT_ISSUER: '' }, 'JWT_ISSUER is required with CALLER_AUTH=jwt'],
    [{ JWT_AUDIENCE: ' ' }, 'JWT_AUDIENCE is required with CALLER_AUTH=jwt'],
    [{ JWT_ISSUER: 'http://login.test' }, `JWT_ISSUER ${https}`],
    [{ JWT_JWKS_URL: 'http://login.test/keys' }, `JWT_JWKS_URL ${https}`],
    [{ JWT_JWKS_URL: 'http://127.0.0.1.login.test/keys' }, `JWT_JWKS_URL ${https}`],
    [{ JWT_ISSUER: 'https://login.test?a=b' }, 'JWT_ISSUER must be a URL without a query'],
    [{ JWT_ISSUER: 'https://user:pass@login.test' }, `JWT_ISSUER ${plain}`],
    [{ JWT_JWKS_URL: 'https://login.test/keys#a' }, `JWT_JWKS_URL ${plain}`],
    [{ JWT_JWKS_URL: 'file:///etc/keys' }, `JWT_JWKS_URL ${plain}`],
    [{ JWT_ALGORITHMS: 'RS256,HS256' }, /^JWT_ALGORITHMS must be of RS256, /],
    [{ JWT_ALGORITHMS: 'none' }, /^JWT_ALGORITHMS must be of RS256, /],
  ])('may not be %j', (more, fault) => {
    const told = typeof fault === 'string' ? fault : expect.stringMatching(fault);
    expect(read({ ...jwt, ...more })).toEqual([told]);
  });
});
