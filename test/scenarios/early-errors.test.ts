import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sendRaw } from '../support/raw.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

describe('what Node would answer by itself', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await startServiceUnderTest();
  });
  afterEach(() => service.stop());

  it.each([
    ['is not HTTP', 'GET / HTTP/1.1\r\nno colon\r\n\r\n', 400, 'unreadable-request'],
    [
      'has too many headers',
      `GET / HTTP/1.1\r\nhost: x\r\ncookie: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers-too-large',
    ],
    ['has no Host', 'GET /jobs HTTP/1.1\r\nconnection: close\r\n\r\n', 400, 'unreadable-request'],
    ['asks for a tunnel', 'CONNECT x:443 HTTP/1.1\r\nhost: x:443\r\n\r\n', 405, 'method-not-allowed'],
  ])(
    'a request that %s gets a problem with all that belongs to one',
    async (_name, request, status, code) => {
      const answer = await sendRaw(service.url, request);
      expect(answer.status).toBe(status);
      expect(answer.headers).toMatchObject({
        'content-type': 'application/problem+json; charset=utf-8',
        'cache-control': 'private, no-cache',
        'x-content-type-options': 'nosniff',
        'x-request-id': expect.any(String),
      });
      const problem = JSON.parse(answer.body);
      expect(problem).toMatchObject({ status, code, requestId: answer.headers['x-request-id'] });
      expect(service.logLines().at(-1)).toMatchObject({ status, code, requestId: problem.requestId });
    },
  );

  it('a request with an expectation that nobody knows is answered as if it had none', async () => {
    const answer = await sendRaw(
      service.url,
      'GET /livez HTTP/1.1\r\nhost: x\r\nexpect: miracles\r\nconnection: close\r\n\r\n',
    );
    expect(answer.status).toBe(200);
  });

  it('a create with a body longer than its length keeps its answer: its export was started', async () => {
    const body = '{"datasetId":"d","allProfiles":true}';
    const head = `POST /jobs HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
    const answer = await sendRaw(service.url, `${head}${body}}garbage\r\n\r\n`);
    expect([answer.status, answer.headers.location]).toEqual([201, '/jobs/101']);
    expect(service.emulator.requests.all('create')).toHaveLength(1);
  });
});
