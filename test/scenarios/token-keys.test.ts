import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { exportJWK } from 'jose';
import { keysPath, lastReason, makeKey, makeToken, type SigningKey } from '../support/token-issuer.ts';
import { hourMs, hundred, minuteMs, openTokenScene, type TokenScene } from '../support/token-scene.ts';

let scene: TokenScene;
beforeEach(async () => {
  scene = await openTokenScene();
});
afterEach(async () => scene[Symbol.asyncDispose]());

describe('the key set', () => {
  it('is asked for when the service starts, and once for a hundred callers who wait for it', async () => {
    const { release, count } = scene.hold();
    await scene.start();
    const answers = scene.together(hundred(() => scene.make()));
    while (count() === 0) await scene.issuer.nextAsked();
    await scene.service.send('GET', '/livez');
    release();
    expect(new Set(await answers)).toEqual(new Set([200]));
    expect(scene.issuer.asked).toEqual([keysPath]);
  });

  it('is asked for once more for a hundred unknown kids at once, and then not for half a minute', async () => {
    await scene.start();
    expect(await scene.statusWith(scene.make())).toBe(200);
    const unknown = hundred((at) => scene.make({ ...scene.second, kid: `made-up-${at}` }));
    expect(new Set(await scene.together(unknown))).toEqual(new Set([401]));
    expect(scene.issuer.asked).toHaveLength(2);
    scene.advance(29_000);
    await scene.together(unknown);
    expect(scene.issuer.asked).toHaveLength(2);
    scene.advance(1_000);
    await scene.together(unknown);
    expect(scene.issuer.asked).toHaveLength(3);
    expect(await scene.statusWith(scene.make())).toBe(200);
  });

  it('is asked for once for a hundred signatures that are wrong', async () => {
    await scene.start();
    const wrong = hundred((at) => scene.make({ ...scene.second, kid: 'first' }, (at + 1) * hourMs));
    expect(new Set(await scene.together(wrong))).toEqual(new Set([401]));
    expect(scene.issuer.asked).toHaveLength(2);
  });

  it('that was rotated is found by the first token of the new key, and the old one ends at once', async () => {
    await scene.start();
    const old = scene.make();
    expect(await scene.statusWith(old)).toBe(200);
    scene.issuer.keys = [scene.second.jwk];
    expect(await scene.statusWith(scene.make(scene.second))).toBe(200);
    expect(scene.issuer.asked).toHaveLength(2);
    expect(await scene.statusWith(old)).toBe(401);
    expect(lastReason(scene.service)).toMatch(/no key with its "kid"/);
  });

  it('whose key was replaced under the same kid is found too, and so is one without any kid', async () => {
    const bare = ({ kid, ...jwk }: object & { kid?: unknown }) => jwk;
    scene.issuer.keys = [bare(scene.first.jwk)];
    await scene.start();
    const nameless = (key: SigningKey) =>
      makeToken(scene.issuer, { ...key, kid: '' }, scene.nowMs(), { header: { kid: undefined } });
    expect(await scene.statusWith(nameless(scene.first))).toBe(200);
    scene.issuer.keys = [bare(scene.first.jwk), bare(scene.second.jwk)];
    expect(await scene.statusWith(nameless(scene.second))).toBe(200);
    expect(await scene.statusWith(nameless(scene.first))).toBe(200);
    expect(await scene.statusWith(nameless(await makeKey('third')))).toBe(401);
  });

  it('is asked for again after ten minutes, without anybody waiting, and a removed key ends', async () => {
    scene.issuer.keys = [scene.first.jwk, scene.second.jwk];
    await scene.start();
    const [kept, removed] = [scene.make(), scene.make(scene.second)];
    expect(await scene.together([kept, removed])).toEqual([200, 200]);
    scene.issuer.keys = [scene.first.jwk];
    scene.advance(10 * minuteMs - 1_000);
    expect(await scene.together([kept, removed])).toEqual([200, 200]);
    scene.advance(1_000);
    const { release, count } = scene.hold();
    expect(await scene.statusWith(removed)).toBe(200);
    expect(count()).toBe(1);
    release();
    while ((await scene.statusWith(removed)) === 200);
    expect(await scene.together([kept, removed])).toEqual([200, 401]);
  });

  it('that nobody has needed for long is looked at before a token is let in', async () => {
    scene.issuer.keys = [scene.first.jwk, scene.second.jwk];
    await scene.start();
    const removed = scene.make(scene.second);
    expect(await scene.statusWith(removed)).toBe(200);
    scene.issuer.keys = [scene.first.jwk];
    scene.advance(hourMs);
    expect(await scene.statusWith(removed)).toBe(401);
  });

  it('that comes in another order leaves tokens verified', async () => {
    scene.issuer.keys = [scene.first.jwk, scene.second.jwk];
    await scene.start();
    expect(await scene.statusWith(scene.make())).toBe(200);
    scene.issuer.keys = [scene.second.jwk, scene.first.jwk];
    scene.advance(hourMs);
    expect(await scene.statusWith(scene.make())).toBe(200);
    expect(scene.loaded()).toHaveLength(1);
  });

  it('may hold what is of no use here', async () => {
    const { d, ...rest } = await exportJWK(scene.second.privateKey);
    scene.issuer.keys = [
      { kty: 'oct', k: 'c2VjcmV0', kid: 'first' },
      { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', kid: 'broken' },
      { kty: 'new', kid: 'first' },
      { ...rest, d, kid: 'private' },
      { ...scene.second.jwk, use: 'enc', kid: 'first' },
      scene.first.jwk,
    ];
    await scene.start();
    expect(await scene.statusWith(scene.make())).toBe(200);
    expect(scene.loaded()).toMatchObject([{ kids: ['first'] }]);
  });
});
