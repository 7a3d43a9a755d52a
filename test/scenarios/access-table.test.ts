import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Permission, permissions } from '../../src/callers/caller.ts';
import {
  type AccessScene,
  openAccessScene,
  usualLimit,
  type Way,
  type Who,
  ways,
} from '../support/access-scene.ts';
import type { TlsAnswer } from '../support/tls-caller.ts';

const without = (missing: Permission) => permissions.filter((one) => one !== missing);

const right: Who = { state: 'right' };
const wrong: Who = { state: 'wrong' };
const expired: Who = { state: 'expired' };
const elsewhere: Who = { state: 'right', sandbox: 'dev' };
const limited: Who = { state: 'right', isLimited: true };
const lacking = (missing: Permission): Who => ({ state: 'right', permissions: without(missing) });

/** Each route about jobs, the permission that it needs, and what it answers to whoever has it. */
const routes: readonly [method: string, path: string, needed: Permission, status: number][] = [
  ['GET', '/jobs', 'jobs:read', 200],
  ['HEAD', '/jobs', 'jobs:read', 200],
  ['POST', '/jobs', 'jobs:create', 201],
  ['POST', '/jobs?dryRun=true', 'jobs:create', 200],
  ['GET', '/jobs/100', 'jobs:read', 200],
  ['HEAD', '/jobs/100', 'jobs:read', 200],
  ['DELETE', '/jobs/7', 'jobs:cancel', 202],
  ['GET', '/jobs/100/events', 'jobs:read', 200],
  ['POST', '/jobs/100/events/tickets', 'jobs:read', 201],
];

describe('each route about jobs', () => {
  let scene: AccessScene;
  beforeAll(async () => {
    scene = await openAccessScene([right, wrong, expired, elsewhere, limited, ...permissions.map(lacking)]);
    for (const sandbox of ['prod', 'dev']) {
      scene.service.emulator.jobs.put(sandbox, { id: 100, status: 'SUCCEEDED' });
      scene.service.emulator.jobs.put(sandbox, { id: 7, status: 'PROCESSING' });
    }
  });
  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
  });

  /** What each way answers, and that nothing was asked of Platform where it refuses. */
  async function askEach(method: string, path: string, who: Who, headers: Record<string, string> = {}) {
    const answers = new Map<Way, TlsAnswer>();
    for (const way of ways) {
      scene.service.emulator.requests.clear();
      const brings = scene.as(way, who);
      const answer = await scene.ask(method, path, { ...brings, headers: { ...brings.headers, ...headers } });
      if ([401, 403, 429].includes(answer.status))
        expect([way, scene.service.emulator.requests.all()]).toEqual([way, []]);
      answers.set(way, answer);
    }
    return answers;
  }

  const statuses = (answers: Map<Way, TlsAnswer>) => [...answers].map(([way, { status }]) => [way, status]);
  const everyWay = (status: number) => ways.map((way) => [way, status]);
  const challenges = (answers: Map<Way, TlsAnswer>) =>
    new Set([...answers.values()].map(({ headers }) => headers['www-authenticate']));
  const codes = (answers: Map<Way, TlsAnswer>) => new Set([...answers.values()].map(({ body }) => body.code));

  describe.each(routes)('%s %s', (method, path, needed, status) => {
    beforeEach(() => scene.service.emulator.clock.advance(60_000));
    const expectCode = (answers: Map<Way, TlsAnswer>, code: string) => {
      if (method !== 'HEAD') expect(codes(answers)).toEqual(new Set([code]));
    };

    it('is refused without a credential, with a challenge that names no error', async () => {
      const answer = await scene.ask(method, path, {});
      expect([answer.status, answer.headers['www-authenticate']]).toEqual([
        401,
        'Bearer realm="aep-jobs-bff"',
      ]);
    });

    it.each([
      ['a wrong', wrong],
      ['an expired', expired],
    ])('is refused with %s credential of each kind', async (_what, who) => {
      const answers = await askEach(method, path, who);
      expect(statuses(answers)).toEqual(everyWay(401));
      expect(challenges(answers)).toEqual(new Set(['Bearer realm="aep-jobs-bff", error="invalid_token"']));
      expectCode(answers, 'not-authenticated');
    });

    it('is refused to each kind of right one without its permission, which is named', async () => {
      const answers = await askEach(method, path, lacking(needed));
      expect(statuses(answers)).toEqual(everyWay(403));
      const challenge = `Bearer realm="aep-jobs-bff", error="insufficient_scope", scope="${needed}"`;
      expect(challenges(answers)).toEqual(new Set([challenge]));
      expectCode(answers, 'permission-missing');
    });

    it('is answered to each kind of right one with its permission', async () => {
      expect(statuses(await askEach(method, path, right))).toEqual(everyWay(status));
    });

    it('is refused over the limit of its caller, and of nobody else', async () => {
      for (const way of ways) {
        scene.service.emulator.clock.advance(60_000);
        const brings = scene.as(way, limited);
        if (way === 'jwt')
          for (let asked = 1; asked < usualLimit; asked += 1) await scene.ask(method, path, brings);
        const [first, second] = [
          await scene.ask(method, path, brings),
          await scene.ask(method, path, brings),
        ];
        expect([first.status, second.status]).toEqual([status, 429]);
        const { 'retry-after': retryAfter, ratelimit } = second.headers;
        expect([retryAfter, ratelimit]).toEqual([
          '60',
          expect.stringMatching(/^"(?:reads|writes)";r=0;t=60$/),
        ]);
        if (method !== 'HEAD') expect(second.body.code).toBe('too-many-requests');
        expect((await scene.ask(method, path, scene.as(way, right))).status).toBe(status);
      }
    });

    it('is refused for another sandbox, whether there is one or not, in the same words', async () => {
      const [there, nowhere] = [
        await askEach(method, path, elsewhere, { 'x-sandbox-name': 'prod' }),
        await askEach(method, path, elsewhere, { 'x-sandbox-name': 'nowhere' }),
      ];
      expect([statuses(there), statuses(nowhere)]).toEqual([everyWay(403), everyWay(403)]);
      expectCode(there, 'sandbox-not-allowed');
      const told = (answers: Map<Way, TlsAnswer>) =>
        [...answers.values()].map(({ body: { detail } }) => detail);
      expect(told(there)).toEqual(told(nowhere));
      expect(JSON.stringify(told(there))).not.toContain('prod');
    });
  });

  it('shows to a caller of one sandbox no job of another', async () => {
    scene.service.emulator.jobs.put('prod', { id: 555, status: 'SUCCEEDED' });
    const [hidden, missing] = [
      await askEach('GET', '/jobs/555', elsewhere),
      await askEach('GET', '/jobs/556', elsewhere),
    ].map((answers) =>
      [...answers.values()].map(({ status, body: { code, detail } }) => [status, code, detail]),
    );
    expect(hidden).toEqual(missing);
    expect(hidden?.[0]?.slice(0, 2)).toEqual([404, 'job-not-found']);
  });

  it.each(['/livez', '/readyz', '/openapi.json', '/problems/not-authenticated'])(
    'leaves %s open to everybody',
    async (path) => {
      expect((await scene.ask('GET', path, {})).status).toBe(200);
      expect((await scene.ask('GET', path, scene.as('api-key', wrong))).status).toBe(200);
    },
  );

  it.each([
    '/jobs/',
    '/jobs/100/',
    '/jobs/a.b',
    '/jobs/100/nothing',
    '/jobs/100/events/more',
    '/jobs//events',
  ])('asks who it is before it says anything of %s', async (path) => {
    for (const method of ['GET', 'PUT', 'PATCH', 'OPTIONS', 'DELETE', 'POST'])
      expect([method, (await scene.ask(method, path, {})).status]).toEqual([method, 401]);
  });
});
