import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openApiDocument } from '../../src/http/openapi/document.ts';
import { problemCatalogue } from '../../src/problems/catalogue.ts';
import { until } from '../support/driving.ts';
import { gateway, json } from '../support/failing.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { followJob, putJob } from '../support/watching.ts';

interface Documented {
  readonly headers?: Readonly<Record<string, { readonly required?: boolean }>>;
  readonly content?: Readonly<Record<string, { readonly examples?: object }>>;
}

const operations = Object.entries(openApiDocument.paths ?? {}).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]): [string, Record<string, Documented>] => [
    `${method} ${path}`,
    Object(operation).responses,
  ]),
);
const responsesOf = (name: string) => new Map(operations).get(name) ?? {};
const headersOf = ({ headers = {} }: Documented) => Object.keys(headers).sort();

describe('the OpenAPI document', () => {
  it.each(operations)('says of each answer of %s that it has a request id', (_name, responses) => {
    for (const one of Object.values(responses)) expect(one.headers?.['x-request-id']?.required).toBe(true);
  });

  it.each(operations)(
    'says of 429 and of 502 to 504 of %s that they can have Retry-After, and of a key that is in use',
    (name, responses) => {
      const withRetryAfter = Object.entries(responses)
        .filter(([status, one]) => Number(status) >= 400 && one.headers?.['retry-after'] !== undefined)
        .map(([status]) => status);
      const pattern = name === 'post /jobs' ? /^(409|429|50[234])$/ : /^(429|50[234])$/;
      const expected = Object.keys(responses).filter((status) => pattern.test(status));
      expect(withRetryAfter).toEqual(expected);
      expect(responses[429]?.headers?.['retry-after']?.required ?? true).toBe(true);
    },
  );

  it.each(operations)('gives the problems of %s under the status that they have', (_name, responses) => {
    const all = Object.entries(responses).flatMap(([status, { content = {} }]) =>
      Object.keys(content['application/problem+json']?.examples ?? {}).map((code) => [code, Number(status)]),
    );
    const catalogue = new Map<unknown, number>(
      Object.entries(problemCatalogue).map(([code, { status }]) => [code, status]),
    );
    for (const [code, status] of all) expect([code, catalogue.get(code)]).toEqual([code, status]);
  });

  it('names every problem but those that have no operation, or no caller left', () => {
    const named = new Set(
      operations.flatMap(([, responses]) =>
        Object.values(responses).flatMap(({ content = {} }) =>
          Object.keys(content['application/problem+json']?.examples ?? {}),
        ),
      ),
    );
    const unnamed = Object.keys(problemCatalogue).filter((code) => !named.has(code));
    expect(unnamed).toEqual(['method-not-allowed', 'request-abandoned']);
  });

  it('says that conditions can fail where they are looked at, and gives 304 the headers of 200', () => {
    const withConditions = operations.filter(([, responses]) => responses[412]).map(([name]) => name);
    expect(withConditions).toEqual(['get /jobs', 'post /jobs', 'get /jobs/{id}', 'delete /jobs/{id}']);
    // RFC 9110, 15.4.5.
    for (const name of ['get /jobs', 'get /jobs/{id}']) {
      const { 200: full = {}, 304: unmodified = {} } = responsesOf(name);
      expect(headersOf(unmodified)).toEqual(headersOf(full));
    }
  });
});

describe('an answer', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await startServiceUnderTest({ streams: { most: 2, mostForEachCaller: 1 } });
    // From before any create of these tests.
    putJob(service, { creationTime: service.emulator.clock.wallNow() - 3_600_000 });
  });
  afterEach(() => service.stop());

  it('of 429 says when to come back', async () => {
    using first = await followJob(service, '7');
    await until(() => first.events().length === 1);
    const { status, headers } = await service.send('GET', '/jobs/7/events');
    expect([status, headers['retry-after']]).toEqual([429, '10']);
  });

  // After that a create is not carried out any more (`creates.lateMs`).
  const notConfirmed = [504, '75'];
  // `send` holds each against the document, which lists what it can have and what it must have.
  it.each([
    ['429', gateway(429, '429001', 'slow down', { 'retry-after': '7' }), [503, '7'], [503, '7']],
    ['503', gateway(503, '503000', 'later', { 'retry-after': '7' }), [502, '7'], notConfirmed],
    ['504', json(504, {}, { 'retry-after': '7' }), [502, '7'], notConfirmed],
    ['403', gateway(403, '403003'), [502, undefined], [502, undefined]],
    ['400', json(400, {}), [422, undefined], [422, undefined]],
    ['a redirect', json(302, {}, { location: 'https://elsewhere.example/' }), [502, undefined], notConfirmed],
  ])('where Platform says %s has the headers that are documented', async (_what, how, expected, ofCreate) => {
    for (const [method, path, route] of [
      ['GET', '/jobs', 'list'],
      ['GET', '/jobs/7', 'get'],
      ['DELETE', '/jobs/7', 'cancel'],
      ['POST', '/jobs', 'create'],
    ] as const) {
      service.emulator.clock.advance(60_000);
      service.emulator.misbehaviours.clear();
      service.emulator.misbehaviours.add({ route, how });
      const body = method === 'POST' ? { body: { datasetId: 'd', allProfiles: true } } : {};
      const answer = await service.send(method, path, body);
      expect([answer.status, answer.headers['retry-after']]).toEqual(method === 'POST' ? ofCreate : expected);
    }
  });

  it.each([
    ['as Platform says of the list', gateway(503, '503000', 'later', { 'retry-after': '7' }), '7'],
    ['in ten seconds', gateway(403, '403003'), '10'],
  ])(
    'to a create of which nothing is known says when to look into the list: %s',
    async (_when, how, seconds) => {
      service.emulator.misbehaviours.add({ route: 'create', how: { kind: 'reset' } });
      service.emulator.misbehaviours.add({ route: 'list', how });
      const body = { datasetId: 'd', allProfiles: true };
      const answer = await service.send('POST', '/jobs', { body });
      expect(answer.body.code).toBe('create-outcome-unknown');
      expect([answer.status, answer.headers['retry-after']]).toEqual([504, seconds]);
    },
  );
});
