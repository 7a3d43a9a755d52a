import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { anExport, createsOf, otherExport, post } from '../support/creates-under-test.ts';
import { pass } from '../support/driving.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

describe('a job that Platform names as new in its answers to two creates', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await startServiceUnderTest();
    await service.send('GET', '/jobs');
    const body = {
      id: 4711,
      status: 'NEW',
      destination: { datasetId: 'd' },
      creationTime: 1_767_225_600_000,
    };
    service.emulator.misbehaviours.add({ route: 'create', how: { kind: 'answer', status: 200, body } });
  });
  afterEach(() => service.stop());

  it.each([
    ['equal ones, one after the other', anExport, false],
    ['different ones, one after the other', otherExport, false],
    ['equal ones at once', anExport, true],
    ['different ones at once', otherExport, true],
  ])('is the answer to both, and to every repeat, and nothing is held: %s', async (_name, other, atOnce) => {
    const alarms = service.emulator.clock.alarms();
    const begun = post(service, anExport, { key: 'a' });
    if (!atOnce) await begun;
    const answers = [await post(service, other, { key: 'b' }), await begun];
    expect(answers.map(({ status, body }) => [status, body.id])).toEqual([
      [201, '4711'],
      [201, '4711'],
    ]);
    expect(service.emulator.clock.alarms()).toBe(alarms);
    // For longer than any lease: who renewed one would still hold it.
    await pass(service, 120_000, 10_000);
    const repeats = [
      await post(service, anExport, { key: 'a' }),
      await post(service, other, { key: 'b' }),
      await post(service, anExport, { key: 'a' }),
    ];
    expect(
      repeats.map(({ status, text, headers }) => [status, text, headers['idempotent-replayed']]),
    ).toEqual(Array(3).fill([201, answers[0]?.text, 'true']));
    expect(createsOf(service)).toBe(2);
    expect(service.auditLines().map(({ outcome, jobId }) => [outcome, jobId])).toEqual([
      ['created', '4711'],
      ['created', '4711'],
      ...Array(3).fill(['replayed', '4711']),
    ]);
    expect(service.logLines().filter(({ level }) => level === 'error')).toMatchObject([
      { jobId: '4711', msg: expect.stringContaining('another create') },
    ]);
  });
});
