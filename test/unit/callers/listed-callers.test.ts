import { describe, expect, it } from '@jest/globals';
import type { ListedCaller } from '../../../src/callers/caller-list.ts';
import { createListedCallers } from '../../../src/callers/listed-callers.ts';

const one: ListedCaller = {
  name: 'one',
  keys: ['a'],
  certificates: ['c'],
  permissions: ['jobs:read'],
  sandboxes: ['prod'],
  expiresAtMs: undefined,
  readsPerMinute: 5,
  writesPerMinute: undefined,
};

describe('the listed callers', () => {
  function start() {
    const list = createListedCallers([one]);
    const change = (...callers: ListedCaller[]) => list.replace(callers);
    return { list, change };
  }

  it('are found by a key and by a certificate, as the same caller', () => {
    const { list } = start();
    expect(list.byKey('a')).toMatchObject({
      id: 'listed:one',
      name: 'one',
      policyName: 'one',
      readsPerMinute: 5,
    });
    expect(list.byCertificate('c')).toBe(list.byKey('a'));
    expect([list.byKey('c'), list.byCertificate('a')]).toEqual([undefined, undefined]);
  });

  it('stay the current ones while their entry is the same, whatever becomes of others', () => {
    const { list, change } = start();
    const before = list.byKey('a');
    change({ ...one, name: 'two', keys: ['b'], certificates: [] }, { ...one });
    expect(list.byKey('a')).toBe(before);
    expect(before?.isCurrent?.()).toBe(true);
  });

  it.each([
    ['it has another key', { keys: ['z'] }],
    ['it may do something else', { permissions: ['jobs:cancel'] as const }],
    ['it works in another sandbox', { sandboxes: ['dev'] }],
    ['it ends at another time', { expiresAtMs: 1 }],
    ['it has another name', { name: 'two' }],
  ])('are not current any more once %s', (_name, more) => {
    const { list, change } = start();
    const before = list.byKey('a');
    change({ ...one, ...more });
    expect(before?.isCurrent?.()).toBe(false);
    expect(list.byCertificate('c')?.isCurrent?.()).toBe(true);
    // What was made of the earlier one, such as with a certificate's end, knows it too.
    expect(before && { ...before, expiresAtMs: 5 }.isCurrent?.()).toBe(false);
  });

  it('are not current any more once they are removed', () => {
    const { list, change } = start();
    const before = list.byKey('a');
    change();
    expect([before?.isCurrent?.(), list.byKey('a')]).toEqual([false, undefined]);
  });
});
