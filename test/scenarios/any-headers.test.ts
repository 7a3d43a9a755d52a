import { Agent, type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Response } from 'supertest';
import { checkAgainstOpenApi } from '../support/openapi.ts';
import { sentToPlatform } from '../support/recording-front.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { putJob } from '../support/watching.ts';

/** All request headers that are read here, and some that others read. */
const names = [
  'prefer',
  'cache-control',
  'pragma',
  'request-timeout',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'if-range',
  'range',
  'idempotency-key',
  'x-sandbox-name',
  'x-request-id',
  'last-event-id',
  'accept',
  'accept-encoding',
  'te',
  'authorization',
  'cookie',
  'forwarded',
  'x-caller-key',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-prefix',
  'x-forwarded-client-cert',
  'x-http-method-override',
];
const requests = [
  ['GET', '/jobs'],
  ['GET', '/jobs?limit=1'],
  ['HEAD', '/jobs'],
  ['POST', '/jobs'],
  ['POST', '/jobs?dryRun=true'],
  ['GET', '/jobs/7'],
  ['HEAD', '/jobs/7'],
  ['GET', '/jobs/404'],
  ['DELETE', '/jobs/7'],
  ['GET', '/jobs/7/events'],
  ['HEAD', '/jobs/7/events'],
  ['GET', '/jobs/404/events'],
  ['OPTIONS', '/jobs/7'],
  ['GET', '/livez'],
  ['GET', '/readyz'],
  ['GET', '/openapi.json'],
  ['GET', '/problems/job-not-found'],
  ['GET', '/none'],
] as const;

/** Nobody waits here: what asks to wait is in other tests. */
const harmless = (value: string) => !/wait\s*=|^\s*0*(\.0*)?\s*$/i.test(value);
/** What stands in no answer, wherever it was sent. */
const mark = '<script>k3yw0rd</script>';

const obsText = fc.string({
  unit: fc
    .integer({ min: 0x20, max: 0xff })
    .filter((code) => code !== 0x7f)
    .map((code) => String.fromCharCode(code)),
  maxLength: 60,
});
const syntax = fc.string({
  unit: fc.constantFrom(
    '"',
    ',',
    ';',
    '=',
    '\\',
    ' ',
    '\t',
    '*',
    'W/',
    'T',
    'no-cache',
    '-gzip',
    '5',
    'prod',
    '.',
    mark,
  ),
  maxLength: 30,
});
const value = fc
  .oneof(obsText, syntax, fc.constantFrom('', '*', '"*"', 'prod', 'dev', mark))
  .filter(harmless);
const headers = fc.dictionary(fc.constantFrom(...names), fc.array(value, { minLength: 1, maxLength: 3 }), {
  maxKeys: 6,
  noNullPrototype: true,
});

let service: ServiceUnderTest;
const agent = new Agent({ keepAlive: true });
beforeAll(async () => {
  service = await startServiceUnderTest({ cache: 'asConfigured' });
  putJob(service, { status: 'SUCCEEDED' });
});
afterAll(async () => {
  agent.destroy();
  await service.stop();
});

const body = JSON.stringify({ datasetId: 'd', allProfiles: true });

async function send(method: string, path: string, given: Readonly<Record<string, readonly string[]>>) {
  const own =
    method === 'POST' ? { 'content-type': 'application/json', 'content-length': String(body.length) } : {};
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const lists = Object.fromEntries(Object.entries(given).map(([name, values]) => [name, [...values]]));
  const call = request(`${service.url}${path}`, { method, agent, headers: { ...lists, ...own } }, resolve);
  call.on('error', reject);
  call.end(method === 'POST' ? body : undefined);
  const answer = await promise;
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += chunk;
  return { status: answer.statusCode ?? 0, headers: answer.headers, text };
}

/** As supertest gives it, for the check against the document. */
function toResponse({ status, headers: got, text }: Awaited<ReturnType<typeof send>>): Response {
  const type = String(got['content-type'] ?? '').split(';')[0] ?? '';
  const parsed = type.endsWith('json') && text !== '' ? JSON.parse(text) : {};
  return Object.assign(Object.create(null), { status, headers: got, text, type, body: parsed });
}

describe('any values in any headers', () => {
  it('are answered as documented, with no 500, and are reflected nowhere', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...requests), headers, async ([method, path], given) => {
        const answer = await send(method, path, given);
        expect(answer.status).not.toBe(500);
        checkAgainstOpenApi(method, path, toResponse(answer));
        expect(`${JSON.stringify(answer.headers)}${answer.text}`).not.toContain('k3yw0rd');
        expect(answer.headers['x-request-id']).toMatch(/^[A-Za-z0-9._-]{1,128}$/);
      }),
      { numRuns: 400 },
    );
  });

  it('reach Platform as none but the request id, where that is well formed', () => {
    const calls = (['list', 'get', 'create', 'cancel'] as const).flatMap((route) =>
      service.emulator.requests.all(route),
    );
    expect(calls.length).toBeGreaterThan(0);
    for (const { headers: sent } of calls) {
      expect(sent['x-request-id']).toMatch(/^[A-Za-z0-9._-]{1,128}$/);
      expect(Object.keys(sent).filter((name) => !sentToPlatform.has(name))).toEqual([]);
      expect(JSON.stringify(sent)).not.toContain('k3yw0rd');
    }
  });
});
