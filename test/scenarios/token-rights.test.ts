import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { lastReason, listWith, makeToken } from '../support/token-issuer.ts';
import { openTokenScene, type TokenScene } from '../support/token-scene.ts';

let scene: TokenScene;
beforeEach(async () => {
  scene = await openTokenScene();
});
afterEach(async () => scene[Symbol.asyncDispose]());

const tokenWith = (claims: object, lifeMs = 3_600_000) =>
  makeToken(scene.issuer, scene.first, scene.nowMs(), { claims: { ...claims }, lifeMs });
const listOf = (claims: object, sandbox?: string) =>
  listWith(scene.service, tokenWith(claims), sandbox === undefined ? {} : { 'x-sandbox-name': sandbox });

describe('the permissions of a token', () => {
  it.each([
    ['scope', { scope: 'openid jobs:read' }],
    ['scope', { scope: ['jobs:read', 'jobs:else', 5] }],
    ['realm_access.roles', { realm_access: { roles: ['jobs:read'] } }],
    ['https://example.com/permissions', { 'https://example.com/permissions': ['jobs:read'] }],
    ['resource_access.jobs.api.roles', { resource_access: { 'jobs.api': { roles: ['jobs:read'] } } }],
  ])('are the words of the claim %s: %j', async (name, claims) => {
    await scene.start({ JWT_PERMISSIONS_CLAIM: name });
    const token = tokenWith({ scope: undefined, ...claims });
    expect((await listWith(scene.service, token)).status).toBe(200);
    const { status, body, headers } = await request(scene.service.url)
      .delete('/jobs/100')
      .set('authorization', `Bearer ${token}`);
    expect([status, body.code]).toEqual([403, 'permission-missing']);
    expect(headers['www-authenticate']).toBe(
      'Bearer realm="aep-jobs-bff", error="insufficient_scope", scope="jobs:cancel"',
    );
  });

  it.each([
    { scope: undefined },
    { scope: '' },
    { scope: 'JOBS:READ jobs:readjobs:read,jobs:create' },
    { scope: { 'jobs:read': true } },
    { scope: [['jobs:read']] },
    { scope: true },
    { scope: null },
    { scope: 'openid', permissions: ['jobs:read'] },
  ])('are none where the claim names none: %j', async (claims) => {
    await scene.start();
    const { status, body } = await listOf(claims);
    expect([status, body.code]).toEqual([403, 'permission-missing']);
    expect(scene.service.emulator.requests.all()).toEqual([]);
  });
});

describe('the sandboxes of a token', () => {
  beforeEach(() => scene.start());
  const upstreamSandboxes = () =>
    scene.service.emulator.requests.all('list').map(({ headers }) => headers['x-sandbox-name']);

  it('without the claim is the first configured one', async () => {
    expect((await listOf({})).status).toBe(200);
    expect((await listOf({}, 'dev')).body.code).toBe('sandbox-not-allowed');
    expect(upstreamSandboxes()).toEqual(['prod']);
  });

  it.each(['dev other', ['other', 'dev']])(
    'are those of the claim that are configured: %j',
    async (sandboxes) => {
      expect((await listOf({ sandboxes })).status).toBe(200);
      expect((await listOf({ sandboxes }, 'dev')).status).toBe(200);
      expect((await listOf({ sandboxes }, 'prod')).body.code).toBe('sandbox-not-allowed');
      expect((await listOf({ sandboxes }, 'other')).body.code).toBe('sandbox-not-allowed');
      expect(upstreamSandboxes()).toEqual(['dev', 'dev']);
    },
  );

  it('are by default the first configured one of them, in whatever order a token names them', async () => {
    expect((await listOf({ sandboxes: ['dev', 'prod'] })).status).toBe(200);
    expect(upstreamSandboxes()).toEqual(['prod']);
  });

  it.each([['other'], [[]], [''], [null], [{ prod: true }], ['PROD'], ['*']])(
    'are none with the claim %j, and not the default',
    async (sandboxes) => {
      for (const sandbox of [undefined, 'prod', 'other']) {
        const { status, body } = await listOf({ sandboxes }, sandbox);
        expect([status, body.code]).toEqual([403, 'sandbox-not-allowed']);
        expect(body.detail).toBe('This caller may use none of the sandboxes that are configured.');
      }
      expect(upstreamSandboxes()).toEqual([]);
    },
  );
});

describe('the life of a token', () => {
  beforeEach(() => scene.start());

  it('ends when it says so, also when it has been verified before', async () => {
    const token = tokenWith({}, 60_000);
    expect(await scene.statusWith(token)).toBe(200);
    scene.advance(89_000);
    expect(await scene.statusWith(token)).toBe(200);
    scene.advance(1_000);
    const { status, body } = await listWith(scene.service, token);
    expect([status, body.detail]).toEqual([401, 'The token has ended: get a new one.']);
  });

  it('ends by the wall clock, when that is set forward', async () => {
    const token = tokenWith({}, 60_000);
    expect(await scene.statusWith(token)).toBe(200);
    scene.service.emulator.clock.shiftWall(90_000);
    expect(await scene.statusWith(token)).toBe(401);
    expect(lastReason(scene.service)).toMatch(/has ended/);
  });

  it('that is remembered is not shown to who brings a part of it', async () => {
    const token = tokenWith({});
    expect(await scene.statusWith(token)).toBe(200);
    expect(await scene.statusWith(token.slice(0, -1))).toBe(401);
    expect(await scene.statusWith(`${token}AA`)).toBe(401);
  });
});
