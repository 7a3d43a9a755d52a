import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AccessScene, type Brings, openAccessScene, type Who, ways } from '../support/access-scene.ts';
import { until } from '../support/driving.ts';

const everybody: readonly Who[] = [
  { state: 'right' },
  { state: 'wrong' },
  { state: 'expired' },
  { state: 'right', permissions: ['jobs:create'] },
  { state: 'right', sandbox: 'dev' },
];

const calls = [
  ['GET', '/jobs'],
  ['GET', '/jobs?limit=x'],
  ['POST', '/jobs'],
  ['GET', '/jobs/7'],
  ['GET', '/jobs/7/events?ticket=not-one'],
  ['DELETE', '/jobs/7'],
  ['PUT', '/jobs'],
] as const;

describe('what callers bring', () => {
  let scene: AccessScene;
  beforeAll(async () => {
    scene = await openAccessScene(everybody);
    scene.service.emulator.jobs.put('prod', { id: 7, status: 'PROCESSING' });
  });
  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
  });

  /** The parts of a credential that nobody may see again: a JWT is known by its signature alone, too. */
  function secretsOf({ headers = {} }: Brings): string[] {
    const given = Object.values(headers).map((value) => value.replace('Bearer ', ''));
    const signatures = given.flatMap((value) => value.split('.')[2] ?? []);
    return [...given, ...signatures];
  }

  it('is in no answer, no line of the log or the audit trail, and no call to Adobe', async () => {
    const { service } = scene;
    let seen = '';
    let asked = 0;
    // Of the PEM each line, because a part of it would be enough.
    const secrets = new Set(scene.serverKey.split('\n').filter((line) => /^[\w+/=]{40,}$/.test(line)));
    expect(secrets.size).toBeGreaterThan(0);
    const statuses = new Set<number>();
    async function ask(method: string, path: string, brings: Brings) {
      asked += 1;
      const answer = await scene.ask(method, path, brings);
      statuses.add(answer.status);
      return answer;
    }
    async function askAndKeep(method: string, path: string, brings: Brings) {
      const { headers, body } = await ask(method, path, brings);
      seen += JSON.stringify([headers, body]);
    }
    for (const who of everybody) {
      for (const way of ways) {
        service.emulator.clock.advance(60_000);
        const brings = scene.as(way, who);
        for (const secret of secretsOf(brings)) secrets.add(secret);
        for (const [method, path] of calls) await askAndKeep(method, path, brings);
        const { status, body } = await ask('POST', '/jobs/7/events/tickets', brings);
        if (status !== 201) continue;
        secrets.add(String(body.ticket));
        // Shown for another job it is used up, and shown again it is nothing any more.
        for (const job of ['8', '7'])
          await askAndKeep('GET', `/jobs/${job}/events?ticket=${body.ticket}`, {});
      }
    }
    await until(() => service.logLines().filter(({ msg }) => msg === 'request').length === asked);
    expect([...statuses].sort()).toEqual([200, 201, 202, 400, 401, 403, 404, 405]);
    expect(secrets.size).toBeGreaterThan(20);
    const everything = [
      seen,
      JSON.stringify(service.logLines()),
      JSON.stringify(service.auditLines()),
      JSON.stringify(service.emulator.requests.all()),
    ];
    for (const text of everything) {
      expect(text.length).toBeGreaterThan(1_000);
      expect([...secrets].filter((secret) => text.includes(secret))).toEqual([]);
    }
  });
});
