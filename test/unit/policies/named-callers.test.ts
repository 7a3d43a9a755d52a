import { describe, expect, it } from '@jest/globals';
import { createMovableClock } from '../../../emulator/movable-clock.ts';
import { createExportPolicies } from '../../../src/policies/export-policies.ts';
import { content, policiesOf } from '../../support/policies.ts';

function open(file: object) {
  const policies = createExportPolicies(policiesOf(file), createMovableClock());
  const broken = (caller: string | undefined) =>
    policies.findViolations(caller, content).map(({ rule }) => rule);
  return { ...policies, broken };
}

describe('the rules of a named caller', () => {
  const everyone = { datasets: ['other'], allProfiles: false, mostRunningJobs: 5, duplicateJobs: 'reuse' };

  it('count instead of the same rules of everyone, and what they do not name stays', () => {
    const { broken, mostRunningJobs, duplicateJobs } = open({
      everyone,
      callers: { reporting: { datasets: ['d'], mostRunningJobs: 1 }, 'jwt:a b': { allProfiles: true } },
    });
    expect(broken('reporting')).toEqual(['allProfiles']);
    expect(broken('jwt:a b')).toEqual(['datasets']);
    for (const other of [
      undefined,
      'Reporting',
      'jwt:reporting',
      'listed:reporting',
      '__proto__',
      'toString',
    ]) {
      expect(broken(other)).toEqual(['datasets', 'allProfiles']);
      expect(mostRunningJobs(other)).toEqual({ most: 5, of: 'everyone' });
    }
    expect(mostRunningJobs('reporting')).toEqual({ most: 1, of: 'caller' });
    expect(mostRunningJobs('jwt:a b')).toEqual({ most: 5, of: 'everyone' });
    expect(duplicateJobs('reporting')).toBe('reuse');
  });

  it('lift one of everyone by null', () => {
    const lifted = { datasets: null, allProfiles: null, mostRunningJobs: null, duplicateJobs: null };
    const { broken, mostRunningJobs, duplicateJobs } = open({ everyone, callers: { trusted: lifted } });
    expect(broken('trusted')).toEqual([]);
    expect([mostRunningJobs('trusted'), duplicateJobs('trusted')]).toEqual([undefined, undefined]);
  });

  it('are replaced as a whole', () => {
    const policies = open({
      everyone,
      callers: { reporting: { datasets: ['d'] }, gone: {}, same: { events: true } },
    });
    const change = policies.replace(
      policiesOf({ everyone, callers: { reporting: {}, come: {}, same: { events: true } } }),
    );
    expect(change).toEqual({ everyone: false, added: ['come'], removed: ['gone'], changed: ['reporting'] });
    expect(policies.broken('reporting')).toEqual(['datasets', 'allProfiles']);
    expect(policies.replace(policiesOf({}))).toMatchObject({ everyone: true });
    expect(policies.broken('reporting')).toEqual([]);
  });
});
