import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { listWith } from '../support/token-issuer.ts';
import { hourMs, hundred, minuteMs, openTokenScene, type TokenScene } from '../support/token-scene.ts';

let scene: TokenScene;
beforeEach(async () => {
  scene = await openTokenScene();
});
afterEach(async () => scene[Symbol.asyncDispose]());

describe('an issuer that is down', () => {
  it('for an hour is noticed by nobody', async () => {
    await scene.start();
    const token = scene.make();
    expect(await scene.statusWith(token)).toBe(200);
    scene.goDown();
    for (let minute = 0; minute < 60; minute += 1) {
      scene.advance(minuteMs);
      expect(await scene.together([token, scene.make()])).toEqual([200, 200]);
    }
    expect(scene.failed()).toHaveLength(1);
    expect(scene.failed()[0]?.error).toMatch(/\/keys (?:could not be reached|did not answer in time)/);
    scene.issuer.answer = undefined;
    scene.advance(minuteMs);
    expect(await scene.statusWith(token)).toBe(200);
  });

  it('is asked once in half a minute at most, however many come', async () => {
    await scene.start();
    expect(await scene.statusWith(scene.make())).toBe(200);
    scene.goDown();
    scene.advance(10 * minuteMs);
    for (let second = 0; second < 60; second += 5) {
      expect(await scene.together([scene.make(), scene.make()])).toEqual([200, 200]);
      scene.advance(5_000);
    }
    // Of these one was at the start, and two in the minute.
    expect(scene.issuer.asked).toHaveLength(3);
  });

  it('and does not answer either keeps nobody waiting but the first who comes after a pause', async () => {
    await scene.start();
    const token = scene.make();
    expect(await scene.statusWith(token)).toBe(200);
    const { count } = scene.hold();
    scene.advance(hourMs);
    const waiting = scene.statusWith(token);
    while (count() === 0) await scene.issuer.nextAsked();
    scene.advance(5_000);
    expect(await waiting).toBe(200);
    scene.advance(minuteMs);
    expect(await scene.statusWith(token)).toBe(200);
    expect(scene.failed()[0]?.error).toMatch(/did not answer in time$/);
  });

  it('for a day lets nobody in any more, be the token known or not', async () => {
    await scene.start();
    const token = scene.make();
    expect(await scene.statusWith(token)).toBe(200);
    scene.goDown();
    scene.advance(24 * hourMs - 1_000);
    expect(await scene.together([token, scene.make()])).toEqual([200, 200]);
    scene.advance(1_000);
    expect(await scene.together([token, scene.make()])).toEqual([503, 503]);
    scene.issuer.answer = undefined;
    scene.advance(5_000);
    expect(await scene.statusWith(token)).toBe(200);
  });

  it('from the start is 503 with Retry-After, asked once in five seconds, and over as soon as it is up', async () => {
    scene.goDown();
    await scene.start();
    const { status, body, headers } = await listWith(scene.service, scene.make());
    expect([status, body.code, headers['retry-after']]).toEqual([503, 'authentication-unavailable', '5']);
    expect(JSON.stringify(body)).not.toContain(scene.issuer.url);
    const asked = scene.issuer.asked.length;
    expect(new Set(await scene.together(hundred(() => scene.make())))).toEqual(new Set([503]));
    expect(scene.issuer.asked).toHaveLength(asked);
    expect((await scene.service.send('GET', '/livez')).status).toBe(200);
    expect(scene.service.emulator.requests.all('list')).toEqual([]);
    scene.issuer.answer = undefined;
    scene.advance(5_000);
    expect(await scene.statusWith(scene.make())).toBe(200);
  });

  it('leaves it open whether a token of an unknown key is valid, and refuses one that is not', async () => {
    await scene.start();
    expect(await scene.statusWith(scene.make())).toBe(200);
    scene.goDown();
    const { status, body, headers } = await listWith(scene.service, scene.make(scene.second));
    expect([status, body.code, headers['retry-after']]).toEqual([503, 'authentication-unavailable', '30']);
    expect(await scene.statusWith(scene.make({ ...scene.second, kid: 'first' }))).toBe(401);
    expect(await scene.statusWith(scene.make())).toBe(200);
    scene.issuer.answer = undefined;
    scene.issuer.keys = [scene.second.jwk];
    scene.advance(30_000);
    expect(await scene.statusWith(scene.make(scene.second))).toBe(200);
  });

  it('lets go of everything when the service stops while a look is under way', async () => {
    const { count } = scene.hold();
    await scene.start();
    while (count() === 0) await scene.issuer.nextAsked();
    await scene.service.running.stop();
    // Without the clock having been moved.
    while (scene.service.emulator.clock.alarms() > 0) await new Promise(setImmediate);
    expect(scene.failed()).toEqual([]);
  });
});
