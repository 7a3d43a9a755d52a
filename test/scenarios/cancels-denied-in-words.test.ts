import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { json } from '../support/failing.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

describe('what Platform says of a cancel with 200', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startServiceUnderTest();
  });
  afterAll(() => service.stop());

  const cancel = (message: string) => cancelWith({ message });
  const cancelWith = async (body: object) => {
    service.emulator.misbehaviours.clear();
    service.emulator.misbehaviours.add({ route: 'cancel', how: json(200, body) });
    return (await service.send('DELETE', '/jobs/1')).status;
  };

  it.each([
    "Export job won't be cancelled",
    'Export job wasn’t marked for cancelling',
    'The cancellation was rejected',
    'Cancelling is unsupported for this job',
    'There is nothing to cancel',
    'It is too late to cancel this job',
    'Cancel request rejected',
    'Cancelling is forbidden',
    'You lack permission to cancel',
    'Only jobs in NEW can be cancelled',
    'Export job will not be cancelled',
  ])('is no cancel where it denies one: %s', async (message) => {
    expect(await cancel(message)).toBe(502);
  });

  it.each([
    'Export job has been marked for cancelling',
    'Export job no. 100 has been marked for cancelling',
    'Export job has already been marked for cancellation',
    'The job is already cancelled',
    'Job is being canceled',
    'Cancellation accepted',
    'Cancel request received',
  ])('is one where it says so: %s', async (message) => {
    expect(await cancel(message)).toBe(202);
  });

  it.each([200, '0', 'OK', 'SUCCESS'])(
    'is one where a code beside it says that all is well: %j',
    async (code) => {
      expect(await cancelWith({ code, message: 'Job marked for cancellation' })).toBe(202);
    },
  );

  it('is no cancel where an error stands beside it', async () => {
    const body = { status: true, error_code: '403003', message: 'Api Key is invalid' };
    expect(await cancelWith(body)).toBe(502);
  });
});
