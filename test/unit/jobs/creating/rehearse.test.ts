import { describe, expect, it } from '@jest/globals';
import { silentAuditTrail } from '../../../../src/audit/audit-trail.ts';
import type { CachedJob } from '../../../../src/jobs/cache/cached.ts';
import { toRepresentation } from '../../../../src/jobs/cache/cached.ts';
import type { ChangeContext } from '../../../../src/jobs/context.ts';
import { createRehearse, type RehearseParts } from '../../../../src/jobs/creating/rehearse.ts';
import { PolicyRefused } from '../../../../src/jobs/errors.ts';
import { noPolicies } from '../../../../src/policies/rules.ts';
import { by, commandFor } from '../../../support/changing.ts';

const context: ChangeContext = { sandbox: 'prod', permission: 'everybody', requestId: 'r', by };
const described = { method: 'POST', url: 'https://p/', headers: {}, body: '{}' };
const running: CachedJob = {
  state: {
    id: '7',
    status: 'PROCESSING',
    done: false,
    start: undefined,
    progress: undefined,
    representation: toRepresentation('{}'),
  },
  earlier: [],
  asOfMs: 0,
  freshUntilMs: 0,
  order: 1,
  tag: 't',
};

/** A rehearsal, and in which order its parts were asked. */
function prepare(parts: Partial<RehearseParts> = {}) {
  const asked: string[] = [];
  const rehearse = createRehearse({
    describeCreate: () => described,
    policies: {
      ...noPolicies,
      findViolations() {
        asked.push('policies');
        return [];
      },
    },
    duplicateModeFor: ({ duplicates = 'allow' }) => duplicates,
    duplicates: {
      async findEqual({ mode }) {
        asked.push(`an equal one, ${mode}`);
        return undefined;
      },
    },
    async takePlace() {
      asked.push('a place');
      return () => asked.push('no place any more');
    },
    audit: silentAuditTrail,
    ...parts,
  });
  const checkConditions = async (given: ChangeContext) => {
    asked.push('conditions');
    return given;
  };
  const command = commandFor({ datasetId: 'd', allProfiles: true }, { checkConditions });
  return { asked, run: (given = {}) => rehearse({ ...command, ...given }, context) };
}

describe('a rehearsal', () => {
  it('asks for policies first, then for the conditions, for an equal job, and for a place that it does not keep', async () => {
    const { asked, run } = prepare();
    expect(await run()).toMatchObject({ wouldBe: 'created', equalJob: undefined, request: described });
    expect(asked).toEqual(['policies', 'conditions', 'an equal one, allow', 'a place', 'no place any more']);
  });

  it.each([
    ['allow', 'created'],
    ['reuse', 'reused'],
    ['refuse', 'refused'],
    [undefined, 'created'],
  ] as const)(
    'says what comes of it where an equal job runs and duplicates are to be %s: %s',
    async (duplicates, wouldBe) => {
      const { run } = prepare({ duplicates: { findEqual: async () => running } });
      const told = await run({ duplicates });
      expect([told.wouldBe, told.equalJob]).toEqual([wouldBe, { id: '7', status: 'PROCESSING' }]);
    },
  );

  it('is refused by what refuses a create, and asks nobody any more', async () => {
    const refusal = new Error('No.');
    const refuse = async () => {
      throw refusal;
    };
    const findViolations = () => [
      { rule: 'datasets', place: { part: 'dataset' }, detail: 'is not allowed' } as const,
    ];
    const byPolicies = prepare({ policies: { ...noPolicies, findViolations } });
    await expect(byPolicies.run()).rejects.toThrow(PolicyRefused);
    expect(byPolicies.asked).toEqual([]);
    const byConditions = prepare();
    await expect(byConditions.run({ checkConditions: refuse })).rejects.toBe(refusal);
    expect(byConditions.asked).toEqual(['policies']);
  });
});
