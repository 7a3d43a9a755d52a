import { expect, it } from '@jest/globals';
import { startServiceUnderTest } from '../support/service-under-test.ts';

it('a running service may be told to stop twice, at once and afterwards', async () => {
  const service = await startServiceUnderTest();
  await service.send('POST', '/jobs', { body: { datasetId: 'd', allProfiles: true } });
  const stops = [service.running.stop(), service.running.stop()];
  service.emulator.clock.advance(60_000);
  await Promise.all(stops);
  await expect(service.running.stop()).resolves.toBeUndefined();
  await service.stop();
});
