import { expect, it } from '@jest/globals';
import { asBearer, bearerCallers } from '../support/bearer-callers.ts';
import { openEvents } from '../support/event-reader.ts';
import { startServiceUnderTest } from '../support/service-under-test.ts';
import { putJob } from '../support/watching.ts';

it('a ticket tells how many requests are left, like every answer to a limited caller', async () => {
  await using service = await startServiceUnderTest({
    identify: bearerCallers({ app: {} }),
    limits: { readsPerMinute: 2, writesPerMinute: 1, failuresPerMinute: 60 },
  });
  putJob(service);
  const { status, headers } = await service.send('POST', '/jobs/7/events/tickets', {
    headers: asBearer('app'),
  });
  expect([status, headers.ratelimit]).toEqual([201, '"reads";r=1;t=60']);
});

it('a ticket works where nobody is authenticated too, once', async () => {
  await using service = await startServiceUnderTest();
  putJob(service);
  const { body } = await service.send('POST', '/jobs/7/events/tickets');
  using stream = await openEvents(`${service.url}${body.url}`);
  using again = await openEvents(`${service.url}${body.url}`);
  expect([stream.status, again.status]).toEqual([200, 401]);
});
