import { describe, expect, it } from '@jest/globals';
import { drive } from '../support/driving.ts';
import { httpAnswer, startRawPlatform } from '../support/raw-platform.ts';
import { startWithPolicy } from '../support/start-with-policy.ts';

const newJob = { datasetId: 'd', allProfiles: true };
const job = JSON.stringify({ id: 100, status: 'NEW' });
const answer = Buffer.from(httpAnswer(200, {}, job)).toString();

async function send(before: string, method: string, path: string, body?: object) {
  await using platform = await startRawPlatform(`${before}${answer}`);
  await using service = await startWithPolicy({}, { PLATFORM_URL: platform.url });
  const asked = platform.requests.length;
  const { value } = await drive(service, service.send(method, path, body ? { body } : {}));
  return { value, calls: platform.requests.length - asked };
}

describe('an informational answer before the answer itself', () => {
  it.each([
    ['102', 'HTTP/1.1 102 Processing\r\n\r\n'],
    ['103', 'HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n'],
    ['many of them', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'.repeat(20)],
    ['one that nobody knows', 'HTTP/1.1 199 Whatever\r\nretry-after: 3244\r\n\r\n'],
    // https://github.com/nginx/nginx/issues/1427
    ['one with a length', 'HTTP/1.1 103 Early Hints\r\ncontent-length: 168\r\n\r\n'],
  ])('is passed over (RFC 9110, 15.2): %s', async (_name, before) => {
    const read = await send(before, 'GET', '/jobs/100');
    expect([read.value.status, read.calls]).toEqual([200, 1]);
    const created = await send(before, 'POST', '/jobs', newJob);
    expect([created.value.status, created.calls]).toEqual([201, 1]);
  });

  it.each([
    ['100, which nobody asked for', 'HTTP/1.1 100 Continue\r\n\r\n'],
    [
      '101, which nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n',
    ],
  ])('is platform-malformed where it hides the answer, and asked for once: %s', async (_name, before) => {
    const read = await send(before, 'GET', '/jobs/100');
    expect(read.value.body).toMatchObject({ status: 502, code: 'platform-malformed' });
    expect(read.calls).toBe(1);
    const created = await send(before, 'POST', '/jobs', newJob);
    expect(created.value.body).toMatchObject({ code: 'platform-malformed', retryable: false });
    expect(created.calls).toBe(1);
  });
});
