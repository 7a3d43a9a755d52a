import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startClearProxy } from '../support/forward-proxy.ts';
import { answerJson, discoveryPath, keysPath, makeToken } from '../support/token-issuer.ts';
import { hourMs, openTokenScene, type TokenScene } from '../support/token-scene.ts';

let scene: TokenScene;
beforeEach(async () => {
  scene = await openTokenScene();
});
afterEach(async () => scene[Symbol.asyncDispose]());

const answers: [name: string, answer: (response: ServerResponse) => void, reason: RegExp][] = [
  ['500', (response) => response.writeHead(500).end('{}'), /answered 500$/],
  ['a page', (response) => response.end('<html>'), /answered with what is not JSON$/],
  ['nothing', (response) => response.end(), /answered with what is not JSON$/],
  ['another charset', (response) => response.end(Buffer.from([0x22, 0xff, 0x22])), /what is not JSON$/],
  ['null', (response) => response.end('null'), /no list of keys$/],
  ['keys that are no list', (response) => answerJson(response, { keys: {} }), /no list of keys$/],
  ['no keys', (response) => answerJson(response, { keys: [] }), /no key for RS256 or ES256$/],
  ['keys that are none', (response) => answerJson(response, { keys: [1, null, 'a'] }), /no key for RS256 or/],
  ['600 kB', (response) => answerJson(response, { keys: ['x'.repeat(600_000)] }), /over 500 kB$/],
  ['a redirect', (response) => response.writeHead(302, { location: '/other' }).end(), /answered 302$/],
  ['half an answer', (response) => cutOff(response), /could not be reached \((?:ECONNRESET|aborted)\)$/],
];

function cutOff(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': '1000' });
  response.write('{', () => response.destroy());
}

describe('an issuer that answers with', () => {
  it.each(answers)(
    '%s lets nobody in, and changes nothing where there are keys',
    async (_, answer, reason) => {
      scene.issuer.answer = answer;
      await scene.start();
      expect(await scene.statusWith(scene.make())).toBe(503);
      expect(scene.failed()[0]?.error).toMatch(reason);
      scene.issuer.answer = undefined;
      scene.advance(5_000);
      const token = scene.make();
      expect(await scene.statusWith(token)).toBe(200);
      scene.issuer.answer = answer;
      scene.advance(hourMs);
      expect(await scene.statusWith(token)).toBe(200);
      expect(scene.issuer.asked.every((path) => path === keysPath)).toBe(true);
    },
  );

  it('an answer without end is cut off', async () => {
    let sent = 0;
    scene.issuer.answer = (response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(64_000, ' '))) sent += 64_000;
      };
      response.on('drain', more);
      more();
    };
    await scene.start();
    expect(await scene.statusWith(scene.make())).toBe(503);
    expect(scene.failed()[0]?.error).toMatch(/over 500 kB$/);
    expect(sent).toBeLessThan(20_000_000);
  });
});

describe('discovery', () => {
  const discovering = { JWT_JWKS_URL: '' };
  const oauthPath = '/.well-known/oauth-authorization-server';

  it("finds the key set by the issuer's OpenID document", async () => {
    await scene.start(discovering);
    expect(await scene.statusWith(scene.make())).toBe(200);
    expect(scene.issuer.asked).toEqual([discoveryPath, keysPath]);
  });

  it('finds it by that of RFC 8414 where there is no other, also below a path', async () => {
    const tenant = `${scene.issuer.url}/tenant/`;
    scene.issuer.answer = (response, path) => {
      if (path === `${oauthPath}/tenant`) {
        answerJson(response, { issuer: tenant, jwks_uri: `${scene.issuer.url}${keysPath}` });
      } else if (path === keysPath) answerJson(response, { keys: scene.issuer.keys });
      else response.writeHead(404).end();
    };
    await scene.start({ ...discovering, JWT_ISSUER: tenant });
    const token = makeToken(scene.issuer, scene.first, scene.nowMs(), { claims: { iss: tenant } });
    expect(await scene.statusWith(token)).toBe(200);
    expect(scene.issuer.asked).toEqual([`/tenant${discoveryPath}`, `${oauthPath}/tenant`, keysPath]);
  });

  it.each([
    ['of another issuer', { issuer: 'https://other.test', jwks_uri: '{url}/keys' }, /another issuer$/],
    ['of an issuer with a slash', { issuer: '{url}/', jwks_uri: '{url}/keys' }, /another issuer$/],
    ['without a key set', { issuer: '{url}' }, /names no jwks_uri$/],
    ['with a key set in the clear', { issuer: '{url}', jwks_uri: 'http://example.test/' }, /is not https$/],
    ['with a key set in a file', { issuer: '{url}', jwks_uri: 'file:///etc/keys' }, /is not https$/],
    ['that is null', null, /another issuer$/],
  ])('refuses a document %s', async (_, document, reason) => {
    scene.issuer.answer = (response, path) => {
      if (path !== discoveryPath) return answerJson(response, { keys: scene.issuer.keys });
      response.end(JSON.stringify(document).replaceAll('{url}', scene.issuer.url));
    };
    await scene.start(discovering);
    expect(await scene.statusWith(scene.make())).toBe(503);
    expect(scene.failed()[0]?.error).toMatch(reason);
    expect(scene.issuer.asked).not.toContain(keysPath);
  });

  it('does not look for another document where the first one fails', async () => {
    scene.issuer.answer = (response) => response.writeHead(500).end();
    await scene.start(discovering);
    expect(await scene.statusWith(scene.make())).toBe(503);
    expect(new Set(scene.issuer.asked)).toEqual(new Set([discoveryPath]));
  });
});

describe('the way to the issuer', () => {
  const name = 'login.example.test';

  it('leads through the proxy, and past it with NO_PROXY', async () => {
    await using proxy = await startClearProxy();
    proxy.leadTo(scene.issuer.url);
    const through = {
      HTTP_PROXY: proxy.url('user:pass@'),
      NO_PROXY: '127.0.0.1',
      JWT_JWKS_URL: `http://${name}${keysPath}`,
      ALLOW_INSECURE_UPSTREAM: 'true',
    };
    await scene.start(through);
    expect(await scene.statusWith(scene.make())).toBe(200);
    expect([proxy.hosts, proxy.users]).toEqual([[name], ['user:pass']]);
    await scene.service.stop();
    await scene.start({ ...through, NO_PROXY: `127.0.0.1,${name}` });
    expect(await scene.statusWith(scene.make())).toBe(503);
    expect(proxy.hosts).toEqual([name]);
  });
});
