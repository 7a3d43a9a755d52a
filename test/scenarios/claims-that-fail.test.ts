import { afterEach, describe, expect, it } from '@jest/globals';
import type { Claims } from '../../src/claims/claims.ts';
import { ClaimsUnavailable } from '../../src/claims/errors.ts';
import { silentLog } from '../../src/observability/log.ts';
import { openClaims } from '../../src/open-claims.ts';
import { anExport, createsOf, jobsOf, post } from '../support/creates-under-test.ts';
import { drive } from '../support/driving.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

type Verb = 'claim' | 'renew' | 'settle' | 'release' | 'suspend' | 'find';

describe('claims that cannot be written', () => {
  let service: ServiceUnderTest;
  const failing = new Set<Verb>();
  afterEach(async () => {
    failing.clear();
    await service.stop();
  });

  /** Real claims, of which chosen verbs fail as they do on a full disk. */
  async function start(...verbs: Verb[]): Promise<void> {
    service = await startServiceUnderTest(({ clock }) => {
      const claims = openClaims({ claimsFile: ':memory:' }, { log: silentLog, clock });
      const mayFail =
        <Given extends unknown[], Result>(verb: Verb, call: (...given: Given) => Promise<Result>) =>
        async (...given: Given): Promise<Result> => {
          if (failing.has(verb))
            throw new ClaimsUnavailable('Nothing can be promised.', { internal: 'SQLITE_FULL' });
          return call(...given);
        };
      const wrapped: Claims = {
        ...claims,
        claim: mayFail('claim', claims.claim),
        renew: mayFail('renew', claims.renew),
        settle: mayFail('settle', claims.settle),
        release: mayFail('release', claims.release),
        suspend: mayFail('suspend', claims.suspend),
        find: mayFail('find', claims.find),
      };
      return { claims: wrapped };
    });
    for (const verb of verbs) failing.add(verb);
  }

  it.each(['claim', 'renew'] as const)(
    'stop a create with a key before it is sent (%s), until they can',
    async (verb) => {
      await start(verb);
      const refused = await post(service, anExport, { key: 'k' });
      expect(refused.body).toMatchObject({
        status: 503,
        code: 'claims-unavailable',
        owner: 'operator',
        retryable: true,
      });
      expect(createsOf(service)).toBe(0);
      failing.clear();
      expect((await post(service, anExport, { key: 'k' })).status).toBe(201);
    },
  );

  it('do not stop a create without a key, and are told in the log', async () => {
    await start('claim', 'renew', 'settle');
    expect((await post(service, anExport)).status).toBe(201);
    expect(
      service.logLines().some(({ level, msg }) => level === 'error' && /cannot be kept/.test(String(msg))),
    ).toBe(true);
  });

  it('stop one that must not have an equal', async () => {
    await start('find');
    const refused = await post(service, anExport, { query: '?duplicate=refuse' });
    expect([refused.body.code, createsOf(service)]).toEqual(['claims-unavailable', 0]);
  });

  it('keep no answer back that is there, and the same key finds the job afterwards', async () => {
    await start('settle');
    const first = await post(service, anExport, { key: 'k' });
    expect(first.status).toBe(201);
    failing.clear();
    // Its lease has to end first: nobody can tell that its holder has given up.
    service.emulator.clock.advance(120_000);
    const again = (await drive(service, post(service, anExport, { key: 'k' }))).value;
    expect([again.status, again.body.id]).toEqual([201, first.body.id]);
    expect(jobsOf(service)).toHaveLength(1);
  });

  it.each(['release', 'suspend'] as const)('hide no error that is there (%s)', async (verb) => {
    await start(verb);
    const how =
      verb === 'release'
        ? ({ kind: 'answer', status: 400, body: { code: '400', message: 'No such dataset' } } as const)
        : ({ kind: 'reset' } as const);
    service.emulator.misbehaviours.add({ route: 'create', times: 1, how });
    const { value } = await drive(service, post(service, anExport, { key: 'k' }), { hangs: true });
    expect(value.body.code).toBe(verb === 'release' ? 'job-refused' : 'create-not-confirmed');
  });
});
