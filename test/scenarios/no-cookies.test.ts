import { expect, it } from '@jest/globals';
import { asBearer, bearerCallers } from '../support/bearer-callers.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { putJob } from '../support/watching.ts';

const cookie = 'authorization=Bearer app; x-caller-key=app; x-sandbox-name=dev; ticket=1; session=1';

const calls: readonly [method: string, path: string][] = [
  ['GET', '/jobs'],
  ['GET', '/jobs/7'],
  ['GET', '/jobs/8'],
  ['DELETE', '/jobs/7'],
  ['POST', '/jobs'],
  ['POST', '/jobs/7/events/tickets'],
  ['OPTIONS', '/jobs'],
  ['GET', '/livez'],
  ['GET', '/readyz'],
  ['GET', '/openapi.json'],
  ['GET', '/problems/not-found'],
  ['GET', '/nowhere'],
];

/** What is the same in each answer to the same request. */
async function answerTo(
  { url }: ServiceUnderTest,
  method: string,
  path: string,
  headers: Record<string, string>,
) {
  const answer = await fetch(`${url}${path}`, {
    method,
    headers: { 'x-request-id': 'same', 'content-type': 'application/json', ...headers },
    ...(method === 'POST' && path === '/jobs' && { body: '{"datasetId":"d","segments":["s"]}' }),
  });
  // The tag is of a text with an id that Platform made up.
  const { date: _date, etag: _etag, ...rest } = Object.fromEntries(answer.headers);
  const text = (await answer.text()).replaceAll(/"requestId":"[\da-f-]{36}"/g, '');
  return { status: answer.status, headers: rest, text: path.endsWith('/tickets') ? '' : text };
}

it.each(calls)('a cookie changes nothing in the answer to %s %s, and none is set', async (method, path) => {
  const answers = [];
  for (const sent of [{ cookie }, {}]) {
    await using service = await startServiceUnderTest({
      env: { CORS_ORIGINS: 'https://app.example.com' },
      identify: bearerCallers({ app: { sandboxes: ['prod', 'dev'] } }),
    });
    putJob(service);
    putJob(service, { status: 'SUCCEEDED' }, 'dev');
    const origin = { origin: 'https://app.example.com' };
    // Without any other credential, and with one.
    const both = [
      await answerTo(service, method, path, { ...origin, ...sent }),
      await answerTo(service, method, path, { ...origin, ...sent, ...asBearer('app') }),
    ];
    for (const { headers } of both) expect(headers).not.toHaveProperty('set-cookie');
    answers.push(both);
  }
  expect(answers[0]).toEqual(answers[1]);
  if (path.startsWith('/jobs')) expect(answers[0]?.[0]?.status).toBe(401);
});
