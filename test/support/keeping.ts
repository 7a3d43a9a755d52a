import {
  type ServiceUnderTest,
  type ServiceUnderTestOptions,
  startServiceUnderTest,
} from './service-under-test.ts';

/** The service with its cache as the settings say. */
export function startKeeping(options: ServiceUnderTestOptions = {}): Promise<ServiceUnderTest> {
  return startServiceUnderTest({ cache: 'asConfigured', ...options });
}

/** How often Platform was asked for each job since the requests were last forgotten. */
export function readsById({ emulator }: ServiceUnderTest): ReadonlyMap<string, number> {
  const reads = new Map<string, number>();
  for (const { url } of emulator.requests.all('get')) {
    const id = url.split('/').at(-1) ?? '';
    reads.set(id, (reads.get(id) ?? 0) + 1);
  }
  return reads;
}

/** Makes Platform as late as this by the moved clock, once. */
export function delayNext(
  { emulator }: ServiceUnderTest,
  route: 'get' | 'list' | 'cancel' | 'create',
  ms: number,
) {
  emulator.misbehaviours.add({ route, times: 1, how: { kind: 'delay', ms } });
}
