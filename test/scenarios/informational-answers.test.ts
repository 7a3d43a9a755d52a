import { describe, expect, it } from '@jest/globals';
import { logged, notice } from '../support/creating.ts';
import { drive } from '../support/driving.ts';
import { asksForList, listAnswer } from '../support/raw-list.ts';
import { httpAnswer, startRawPlatform } from '../support/raw-platform.ts';
import { startWithPolicy } from '../support/start-with-policy.ts';

const newJob = { datasetId: 'd', allProfiles: true };
const job = JSON.stringify({ id: 100, status: 'NEW' });
const answer = Buffer.from(httpAnswer(200, {}, job)).toString();

/** The list, in which a create without an answer is looked for, has nothing before it. */
async function send(before: string, method: string, path: string, body?: object) {
  await using platform = await startRawPlatform((_socket, _count, head) =>
    asksForList(head) ? listAnswer() : `${before}${answer}`,
  );
  await using service = await startWithPolicy({}, { PLATFORM_URL: platform.url });
  const asked = platform.requests.length;
  const { value } = await drive(service, service.send(method, path, body ? { body } : {}));
  const calls = platform.requests
    .slice(asked)
    .map((head) => (asksForList(head) ? 'list' : head.split(' ')[0]));
  return { value, calls, error: logged(service).error };
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
    expect([read.value.status, read.calls]).toEqual([200, ['GET']]);
    const created = await send(before, 'POST', '/jobs', newJob);
    expect([created.value.status, created.calls]).toEqual([201, ['POST']]);
  });

  it.each([
    ['100, which nobody asked for', 'HTTP/1.1 100 Continue\r\n\r\n'],
    [
      '101, which nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n',
    ],
  ])(
    'is platform-malformed where it hides the answer, which is asked for once, and its create is looked for: %s',
    async (_name, before) => {
      const read = await send(before, 'GET', '/jobs/100');
      expect(read.value.body).toMatchObject({ status: 502, code: 'platform-malformed' });
      expect(read.calls).toEqual(['GET']);
      const created = await send(before, 'POST', '/jobs', newJob);
      const { body } = created.value;
      expect(body).toMatchObject({ status: 504, code: 'create-not-confirmed', retryable: false });
      expect(body.detail).toContain(notice);
      expect(created.error).toMatch(
        /with a status 100 or 101 that was not asked for; the list does not show it$/,
      );
      expect(created.calls).toEqual(['POST', 'list']);
    },
  );
});
