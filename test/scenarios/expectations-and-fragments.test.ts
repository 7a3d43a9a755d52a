import { connect } from 'node:net';
import { expect, it } from '@jest/globals';
import { sendRaw } from '../support/raw.ts';
import { startServiceUnderTest } from '../support/service-under-test.ts';

it('a caller that waits for 100 before it sends the body of a cancel is told to go on (RFC 9110, 10.1.1)', async () => {
  await using service = await startServiceUnderTest();
  service.emulator.jobs.put('prod', { id: 4711, status: 'PROCESSING' });
  const head =
    'DELETE /jobs/4711 HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n';
  const socket = connect(Number(new URL(service.url).port), '127.0.0.1', () => socket.write(head));
  let answer = '';
  await new Promise<void>((resolve) => {
    socket.setEncoding('latin1').on('data', (chunk) => {
      answer += chunk;
      if (answer.endsWith('100 Continue\r\n\r\n')) socket.write('{}');
      if (answer.includes('"cancelling":true')) resolve();
    });
  });
  socket.destroy();
  expect(answer).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 202 /);
});

it('a fragment is no part of a target, and does not lead past the shedding of load (RFC 9112, 3.2)', async () => {
  await using service = await startServiceUnderTest({ load: { lagMs: () => 10_000, close() {} } });
  for (const target of ['/jobs#', '/jobs/1#x', 'http://localhost/jobs#/livez']) {
    const { status } = await sendRaw(service.url, `GET ${target} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
    expect([target, status]).toEqual([target, 400]);
  }
});
