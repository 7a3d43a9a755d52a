import { describe, expect, it } from '@jest/globals';
import { createMovableClock } from '../../../../emulator/movable-clock.ts';
import type { ChangeContext } from '../../../../src/jobs/context.ts';
import type { FindRunningJobs, RunningFilter } from '../../../../src/jobs/creating/find-running-jobs.ts';
import { createRunningLimit } from '../../../../src/jobs/creating/running-limit.ts';
import { PolicyRefused } from '../../../../src/jobs/errors.ts';
import { createExportPolicies } from '../../../../src/policies/export-policies.ts';
import { toCachedJob } from '../../../support/cached-job.ts';
import { policiesOf } from '../../../support/policies.ts';

/** A sandbox with jobs that run, each created by some caller; the answer to a search comes when the test says so. */
function createSandbox() {
  const running: string[] = [];
  const waiting: (() => void)[] = [];
  const find: FindRunningJobs = async ({ caller }: RunningFilter, most) => {
    const found = running.filter((creator) => caller === undefined || creator === caller);
    await new Promise<void>((resolve) => waiting.push(resolve));
    return found.slice(0, most).map((_, nth) => toCachedJob(String(nth)));
  };
  const settle = async () => {
    while (waiting.length > 0) {
      for (const answer of waiting.splice(0)) answer();
      await new Promise(setImmediate);
    }
  };
  return { running, find, settle };
}

const contextOf = (name: string, sandbox = 'prod'): ChangeContext => ({
  sandbox,
  permission: 'everybody',
  requestId: 'r',
  by: { callerId: `listed:${name}`, policyName: name, callerName: name, user: undefined },
});

function start(file: object) {
  const sandbox = createSandbox();
  const clock = createMovableClock();
  const policies = createExportPolicies(policiesOf(file), clock);
  const claims = { find: async () => [] };
  const take = createRunningLimit({ policies, findRunningJobs: sandbox.find, claims, clock });
  /** What came of so many creates at once: what gives the place back, or the refusal. */
  const takeAll = async (...contexts: ChangeContext[]) => {
    const taken = Promise.allSettled(contexts.map(take));
    await sandbox.settle();
    return taken;
  };
  return { ...sandbox, take, takeAll };
}

const passed = (results: readonly PromiseSettledResult<unknown>[]) =>
  results.filter(({ status }) => status === 'fulfilled').length;

const giveBack = (results: readonly PromiseSettledResult<() => void>[]) =>
  results.forEach((result) => {
    if (result.status === 'fulfilled') result.value();
  });

describe('the limit of running jobs', () => {
  const everyone = { everyone: { mostRunningJobs: 3 } };
  const own = { callers: { a: { mostRunningJobs: 1 } } };
  const many = (name: string, count: number) => Array.from({ length: count }, () => contextOf(name));

  it('lets as many pass as there are places left, however many come at once', async () => {
    const { running, takeAll } = start(everyone);
    running.push('other');
    const results = await takeAll(...many('a', 5), ...many('b', 5));
    expect(passed(results)).toBe(2);
    const [refused] = results.filter(({ status }) => status === 'rejected');
    const detail = 'at most 3 jobs of this sandbox may run at once, and so many do: wait for one to end';
    expect(refused).toMatchObject({
      reason: {
        rules: ['mostRunningJobs'],
        detail: 'This export breaks a rule for exports (mostRunningJobs); nothing was started. See errors.',
        details: { errors: [{ pointer: '', rule: 'mostRunningJobs', detail }] },
      },
    });
    expect(refused?.status === 'rejected' && refused.reason).toBeInstanceOf(PolicyRefused);
  });

  it('has the place again of a create that has ended, once', async () => {
    const { takeAll } = start(own);
    const first = await takeAll(contextOf('a'));
    const second = await takeAll(contextOf('a'));
    expect([passed(first), passed(second)]).toEqual([1, 0]);
    const detail = expect.stringMatching(/^at most 1 job of /);
    expect(second).toMatchObject([{ reason: { details: { errors: [{ detail }] } } }]);
    giveBack(first);
    giveBack(first);
    expect(passed(await takeAll(...many('a', 3)))).toBe(1);
  });

  it('counts again where a create ends while it counts: that job was not there yet', async () => {
    const { running, take, takeAll, settle } = start(own);
    const first = await takeAll(contextOf('a'));
    const second = Promise.allSettled([take(contextOf('a'))]);
    running.push('listed:a');
    giveBack(first);
    await settle();
    expect(passed(await second)).toBe(0);
  });

  it('of a named caller counts its own jobs only, and that of everyone all', async () => {
    const { running, takeAll } = start({ ...everyone, ...own });
    running.push('x', 'y');
    expect(passed(await takeAll(...many('a', 2)))).toBe(1);
    // The place of `a` is one of the sandbox's, too.
    expect(passed(await takeAll(contextOf('b')))).toBe(0);
  });

  it('is one for each sandbox, and none where nobody has set one', async () => {
    const limited = start(everyone);
    expect(passed(await limited.takeAll(...many('a', 4), contextOf('a', 'dev')))).toBe(4);
    expect(passed(await start({}).takeAll(...many('a', 50)))).toBe(50);
  });

  it('of 0 lets none pass', async () => {
    expect(passed(await start({ everyone: { mostRunningJobs: 0 } }).takeAll(contextOf('a')))).toBe(0);
  });
});
