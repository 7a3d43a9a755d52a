import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { json } from '../support/failing.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

describe('what Platform says of a cancel with 200', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startServiceUnderTest();
  });
  afterAll(() => service.stop());

  const cancel = async (message: string) => {
    service.emulator.misbehaviours.clear();
    service.emulator.misbehaviours.add({ route: 'cancel', how: json(200, { message }) });
    return (await service.send('DELETE', '/jobs/1')).status;
  };

  it.each([
    "Export job won't be cancelled",
    'Export job wasn’t marked for cancelling',
    'The cancellation was rejected',
    'Cancelling is unsupported for this job',
    'There is nothing to cancel',
    'It is too late to cancel this job',
  ])('is no cancel where it denies one: %s', async (message) => {
    expect(await cancel(message)).toBe(502);
  });

  it.each(['Export job has been marked for cancelling', 'Cancellation accepted'])(
    'is one where it says so: %s',
    async (message) => {
      expect(await cancel(message)).toBe(202);
    },
  );
});
