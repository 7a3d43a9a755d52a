import { describe, expect, it } from '@jest/globals';
import { readDefaults } from '../../../src/config/load-settings.ts';
import { parseSettings } from '../../../src/config/settings.ts';

const adobe = { clientId: 'client', clientSecret: 'secret', orgId: 'ORG@AdobeOrg' };

function parseWithServer(server: object) {
  const defaults = readDefaults();
  return parseSettings({
    ...defaults,
    adobe: { ...Object(defaults.adobe), ...adobe },
    server: { ...Object(defaults.server), ...server },
  });
}

describe('the time-outs of the server', () => {
  it('can be used as they are', () => {
    expect(parseWithServer({}).server).toMatchObject({
      keepAliveTimeoutMs: 65_000,
      headersTimeoutMs: 66_000,
      requestTimeoutMs: 70_000,
    });
  });

  it.each([
    [
      'headers that may take no longer than a connection may be idle',
      { keepAliveTimeoutMs: 66_000 },
      'server.headersTimeoutMs must be over server.keepAliveTimeoutMs (66000)',
    ],
    [
      'a request that may take less than its headers',
      { requestTimeoutMs: 30_000 },
      'server.requestTimeoutMs must not be under server.headersTimeoutMs (66000)',
    ],
    ['no time at all', { requestTimeoutMs: 0 }, 'server.requestTimeoutMs must be a whole number from 1'],
  ])('cannot be %s', (_name, server, sentence) => {
    expect(() => parseWithServer(server)).toThrow(sentence);
  });
});
