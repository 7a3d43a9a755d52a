import { describe, expect, it } from '@jest/globals';
import express from 'express';
import fc from 'fast-check';
import { read } from '../../support/settings-under-test.ts';

describe('TRUSTED_PROXIES', () => {
  it.each([
    '0.0.0.0/0',
    '::/0',
    '::ffff:0.0.0.0/96',
    '::ffff:0:0/96',
    '::ffff:a00:0/100',
    '0:0:0:0:0:ffff::/96',
    '10.0.0.0/33',
    '::10.0.0.1',
    '10.0.0.0/08',
    'fe80::1%eth0',
    'loopback',
    'true',
    '1',
    '*',
    'proxy.example',
  ])('is no %s: it would trust everybody, or nobody can tell whom', (value) => {
    expect(read({ TRUSTED_PROXIES: value })).toEqual([
      'TRUSTED_PROXIES must be addresses or ranges such as 10.0.0.1, 10.0.0.0/8 or fd00::/8',
    ]);
  });

  it('is never accepted where Express would refuse it', () => {
    const bits = fc.oneof(
      fc.constant(''),
      fc.integer({ min: 0, max: 130 }).map((count) => `/${count}`),
    );
    const address = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.ipV4().map((one) => `::ffff:${one}`),
    );
    fc.assert(
      fc.property(address, bits, (one, range) => {
        const settings = read({ TRUSTED_PROXIES: `${one}${range}` });
        if ('callers' in settings) express().set('trust proxy', settings.callers.trustedProxies);
      }),
    );
  });
});

describe('USER_HEADER', () => {
  it.each(['Authorization', 'cookie', 'x-caller-key', 'X-Forwarded-Client-Cert', 'proxy-authorization'])(
    'is not %s, whose credential would get into the log',
    (name) => {
      expect(read({ USER_HEADER: name, TRUSTED_PROXIES: '10.0.0.1' })).toEqual([
        'USER_HEADER must not be a header that holds a credential',
      ]);
    },
  );

  it('needs TRUSTED_PROXIES', () => {
    expect(read({ USER_HEADER: 'x-user' })).toEqual([
      'USER_HEADER needs TRUSTED_PROXIES: anybody else could name any user',
    ]);
  });
});

describe('BASE_PATH', () => {
  it.each(['exports', '/', '/exports/', '//exports', '/a/../b', '/a b', '/a?b', `/${'a'.repeat(200)}`])(
    'is not %s',
    (value) => {
      expect(read({ BASE_PATH: value })).toEqual([
        expect.stringMatching(/^BASE_PATH must be a path such as \/exports/),
      ]);
    },
  );
});
