import { describe, expect, it } from '@jest/globals';
import { isExcepted } from '../../../src/ims/no-proxy.ts';

const ims = 'https://ims.example.test';

describe('NO_PROXY', () => {
  it.each([
    ['example.test', ims],
    ['example.test', 'https://example.test'],
    ['.example.test', ims],
    ['.example.test', 'https://example.test'],
    ['*.example.test', ims],
    ['EXAMPLE.Test', ims],
    ['example.test.', ims],
    ['example.test', 'https://ims.example.test.'],
    ['*', ims],
    ['nowhere.invalid,*', ims],
    ['other.test, example.test', ims],
    // Spaces alone: https://github.com/redhat-developer/red-hat-developers-documentation-rhdh/pull/709
    ['other.test example.test', ims],
    ['other.test\texample.test,,', ims],
    ['example.test:443', ims],
    ['example.test:80', 'http://ims.example.test'],
    ['*:443', ims],
    ['ims.example.test:8443', 'https://ims.example.test:8443'],
    ['https://ims.example.test/', ims],
    ['bücher.test', 'https://ims.bücher.test'],
    ['127.0.0.1', 'http://127.0.0.1:4010'],
    ['127.0.0.1:4010', 'http://127.0.0.1:4010'],
    // https://github.com/curl/curl/issues/9773
    ['10.0.0.0/8', 'https://10.10.20.1'],
    ['10.10.20.0/24:443', 'https://10.10.20.1'],
    ['10.10.20.1-10.10.20.9', 'https://10.10.20.5'],
    ['::1', 'http://[::1]:4010'],
    ['[::1]', 'http://[::1]:4010'],
    ['[::1]:4010', 'http://[::1]:4010'],
    ['0:0:0:0:0:0:0:1', 'http://[::1]:4010'],
    ['fd00::/8', 'https://[fd12:3456::1]'],
    ['[fd00::]/8', 'https://[fd12:3456::1]'],
  ])('%s excepts %s', (noProxy, origin) => {
    expect(isExcepted(origin, noProxy)).toBe(true);
  });

  it.each([
    ['', ims],
    [' , ', ims],
    ['test.', 'https://ims.example.testing'],
    ['example.test', 'https://badexample.test'],
    ['*.example.test', 'https://example.test'],
    ['ims.example.test', 'https://example.test'],
    ['example.test:80', ims],
    ['*:80', ims],
    ['.', ims],
    // The end of an address is no domain: https://github.com/curl/curl/issues/1208
    ['20.1', 'https://10.10.20.1'],
    ['.20.1', 'https://10.10.20.1'],
    ['10.0.0.0/33', 'https://10.10.20.1'],
    ['10.0.0.0/x', 'https://10.10.20.1'],
    ['10.10.20.9-10.10.20.1', 'https://10.10.20.5'],
    ['10.0.0.0/8', 'https://[::1]'],
    ['::/0', 'https://10.10.20.1'],
    // No name is looked up.
    ['127.0.0.1', 'http://localhost:4010'],
    ['[::1]:80', 'http://[::1]:4010'],
    ['[', ims],
    ['(?:', ims],
  ])('%s does not except %s', (noProxy, origin) => {
    expect(isExcepted(origin, noProxy)).toBe(false);
  });
});
