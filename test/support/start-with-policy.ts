import { type ServiceUnderTest, startServiceUnderTest } from './service-under-test.ts';

/** With the policy as it comes; nothing is switched off. */
export async function startWithPolicy(platform = {}, env = {}, creates = {}): Promise<ServiceUnderTest> {
  const breaker = { failuresToOpen: 10, openMs: 10_000 };
  const service = await startServiceUnderTest({
    env,
    creates,
    platform: { mostRetries: 2, breaker, ...platform },
  });
  // So that the exchange of the token is out of the way.
  await service.send('GET', '/jobs');
  service.emulator.requests.clear();
  return service;
}
