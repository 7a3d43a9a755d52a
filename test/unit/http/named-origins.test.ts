import { describe, expect, it } from '@jest/globals';
import { createNamedOrigins } from '../../../src/http/cors/named-origins.ts';
import { read } from '../../support/settings-under-test.ts';

describe('an origin that is named', () => {
  it.each([
    ['https://app.example.com', 'https://app.example.com'],
    ['https://app.example.com:443', 'https://app.example.com'],
    ['http://app.example.com:80', 'http://app.example.com'],
    ['http://localhost:5173', 'http://localhost:5173'],
    ['https://*.example.com', 'https://app.example.com'],
    ['https://*.example.com', 'https://a.b-c.d_e.example.com'],
    ['https://*.example.com:8443', 'https://app.example.com:8443'],
    ['https://*.example.com:443', 'https://app.example.com'],
  ])('as %s is %s', (pattern, origin) => {
    expect(createNamedOrigins(['https://other.example', pattern])(origin)).toBe(true);
  });

  it.each([
    ['another scheme', 'https://app.example.com', 'http://app.example.com'],
    ['another port', 'https://app.example.com', 'https://app.example.com:8443'],
    ['no port', 'https://app.example.com:8443', 'https://app.example.com'],
    ['a name below it', 'https://app.example.com', 'https://x.app.example.com'],
    ['a name that begins like it', 'https://app.example.com', 'https://app.example.com.evil.example'],
    ['a page that hides its origin', 'https://app.example.com', 'null'],
    ['an empty origin', 'https://app.example.com', ''],
    ['two origins', 'https://app.example.com', 'https://app.example.com, https://evil.example'],
    ['a path behind it', 'https://app.example.com', 'https://app.example.com/'],
    ['other letters, which no browser sends', 'https://app.example.com', 'https://APP.example.com'],
    ['a dot for any character', 'https://app.example.com', 'https://appxexample.com'],
    ['the name itself, below which others are named', 'https://*.example.com', 'https://example.com'],
    ['a name that ends like it', 'https://*.example.com', 'https://evilexample.com'],
    ['an empty name', 'https://*.example.com', 'https://.example.com'],
    ['another scheme for a suffix', 'https://*.example.com', 'http://app.example.com'],
    ['another port for a suffix', 'https://*.example.com', 'https://app.example.com:8443'],
    ['a user before it', 'https://*.example.com', 'https://evil.example@app.example.com'],
    ['a port before it', 'https://*.example.com', 'https://evil.example:1.example.com'],
    ['a path before it', 'https://*.example.com', 'https://evil.example/.example.com'],
    ['a fragment before it', 'https://*.example.com', 'https://evil.example#.example.com'],
    ['the star itself', 'https://*.example.com', 'https://*.example.com'],
  ])('is not %s', (_what, pattern, origin) => {
    expect(createNamedOrigins([pattern])(origin)).toBe(false);
  });

  it('is none for a request that comes from no page', () => {
    expect(createNamedOrigins(['https://app.example.com'])(undefined)).toBe(false);
  });

  it('is found in linear time, however long the header is', () => {
    const origin = `https://${'a.'.repeat(8_000)}!.example.com`;
    expect(createNamedOrigins(['https://*.example.com'])(origin)).toBe(false);
  });
});

describe('CORS_ORIGINS', () => {
  it.each([
    '*',
    'null',
    'https://*',
    'https://*app.example.com',
    'https://app.*.com',
    'app.example.com',
    'https://app.example.com/',
    'https://app.example.com:99999',
    'HTTPS://app.example.com',
    'file://',
  ])('may not hold %s', (origins) => {
    expect(read({ CORS_ORIGINS: origins })).toEqual([
      expect.stringMatching(/^CORS_ORIGINS must be origins such as/),
    ]);
  });
});
