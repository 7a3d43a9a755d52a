import { connect, type Socket } from 'node:net';
import { expect, it } from '@jest/globals';
import { until } from '../support/driving.ts';
import { httpAnswer, startRawPlatform } from '../support/raw-platform.ts';
import { startServiceUnderTest } from '../support/service-under-test.ts';

it('a caller that sends a hundred requests in one packet has a few of them served at once, and all in the end', async () => {
  const held: { socket: Socket; head: string }[] = [];
  let mostHeld = 0;
  await using platform = await startRawPlatform((socket, _count, head) => {
    held.push({ socket, head });
    mostHeld = Math.max(mostHeld, held.length);
    return undefined;
  });
  await using service = await startServiceUnderTest({ env: { PLATFORM_URL: platform.url } });
  const ids = Array.from({ length: 100 }, (_, at) => String(1000 + at));
  const packet = ids.map((id) => `GET /jobs/${id} HTTP/1.1\r\nhost: localhost\r\n\r\n`).join('');
  const caller = connect(Number(new URL(service.url).port), '127.0.0.1', () => caller.write(packet));
  let answers = '';
  caller.setEncoding('latin1').on('data', (chunk) => {
    answers += chunk;
  });
  const answered = () => [...answers.matchAll(/\{"id":"(\d+)"/g)].map(([, id]) => id);
  while (answered().length < ids.length) {
    const before = answered().length;
    await until(() => held.length > 0 || answered().length > before);
    // Whatever else would come has time to.
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
    for (const { socket, head } of held.splice(0)) {
      const id = /jobs\/(\d+)/.exec(head)?.[1];
      socket.write(httpAnswer(200, {}, `{"id":${id},"status":"NEW"}`));
    }
  }
  caller.destroy();
  expect(answered()).toEqual(ids);
  expect(mostHeld).toBeLessThanOrEqual(11);
});
