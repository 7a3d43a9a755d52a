import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Response } from 'supertest';
import type { How, Operation } from '../support/failing.ts';
import { readFixture } from '../support/fixture.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

/* A failure names its seed and its path: `fc.assert(…, { seed, path })` replays it. */

const bareId = '1BD6382559DF0C130A49422D';
const orgId = `${bareId}@AdobeOrg`;

const calls = {
  list: ['GET', '/jobs', undefined],
  get: ['GET', '/jobs/100', undefined],
  create: ['POST', '/jobs', { datasetId: 'd', allProfiles: true }],
  cancel: ['DELETE', '/jobs/100', undefined],
} as const;
const operation = fc.constantFrom<Operation>('list', 'get', 'create', 'cancel');

/** The organization's id in one of the ways that somebody may write it. */
const organization = fc.constantFrom(
  orgId,
  bareId,
  orgId.toLowerCase(),
  encodeURIComponent(orgId),
  `/orgs/${orgId}/sandboxes/prod`,
  `x${bareId}x`,
);
/** Names that are read, so that what is generated gets somewhere. */
const name = fc.constantFrom(
  ...['id', 'status', 'errors', 'error', 'error_code', 'code', 'message', 'title', 'detail', 'type'],
  ...['requestId', 'report', 'records', 'link', 'next', 'metrics', 'totalTime', 'filter', 'segments'],
  ...['destination', 'batches', 'toString', '__proto__', 'constructor', 'length', '403', orgId],
);
const leaf = fc.oneof(
  organization,
  fc.constantFrom(
    ...[null, true, false, 0, 404, 1e300, -1, 2 ** 53, '', 'NEW', 'SUCCEEDED', '401013', '\ud800'],
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.double(),
);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(name, fc.string({ maxLength: 5 })), tie('json'), { maxKeys: 6 }),
  ),
}));

/** A documented sample in which some values, at any depth, have become something else. */
const mutated = (sample: unknown) =>
  fc.infiniteStream(fc.tuple(fc.integer({ min: 0, max: 11 }), json)).map((stream) => {
    const mutate = (value: unknown): unknown => {
      const { value: next } = stream.next();
      if (next?.[0] === 0) return next[1];
      if (Array.isArray(value)) return value.map(mutate);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mutate(one)]));
    };
    return mutate(sample);
  });

const header = fc.oneof(
  organization,
  fc.string({ unit: fc.constantFrom(...'abc/:.%@?#-_ 0123456789'), maxLength: 30 }),
  fc.constantFrom('/data/core/ups/export/jobs/100', '//x', '120', '-1'),
);
const headers = fc.record(
  { location: header, 'x-location': header, 'x-request-id': header, 'retry-after': header },
  { requiredKeys: [] },
);

function hidesTheOrganization(answer: Response): void {
  const all = `${answer.text}${JSON.stringify(answer.headers)}`;
  expect(all).not.toMatch(/1BD6382559DF0C130A49422D|%40AdobeOrg|@AdobeOrg/i);
}

describe('whatever Platform answers', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startServiceUnderTest({ emulator: { credential: { orgId } } });
  });
  afterAll(() => service.stop());

  /** Sends a request whose answer is held against OpenAPI, and looks at what has to hold of every answer. */
  async function hold(route: Operation, how: How, statuses: readonly number[]): Promise<void> {
    service.emulator.misbehaviours.clear();
    service.emulator.misbehaviours.add({ route, how });
    // Past a pause that a Retry-After has asked for.
    service.emulator.clock.advance(3_600_000);
    service.emulator.requests.clear();
    const [method, path, body] = calls[route];
    const answer = await service.send(method, path, body ? { body } : {});
    if (answer.status === 504) {
      // A create that may have been carried out, which is sent once; the list shows no job.
      expect([route, answer.body.code, answer.body.retryable]).toEqual([
        'create',
        'create-not-confirmed',
        false,
      ]);
      expect(service.emulator.requests.all('create')).toHaveLength(1);
    } else expect(statuses).toContain(answer.status);
    hidesTheOrganization(answer);
  }

  const problems = [404, 422, 502, 503];

  it('is a problem for each call and status of an error, whatever the JSON', async () => {
    const property = fc.asyncProperty(
      operation,
      fc.integer({ min: 300, max: 599 }),
      json,
      headers,
      (route, status, body, given) =>
        hold(route, { kind: 'answer', status, headers: given, body: JSON.stringify(body) ?? '' }, problems),
    );
    await fc.assert(property, { numRuns: 120 });
  });

  it('is an answer or a problem for each call and 200, whatever the JSON', async () => {
    const property = fc.asyncProperty(operation, json, headers, (route, body, given) =>
      hold(route, { kind: 'answer', status: 200, headers: given, body: JSON.stringify(body) ?? '' }, [
        200,
        201,
        202,
        ...problems,
      ]),
    );
    await fc.assert(property, { numRuns: 120 });
  });

  it('is an answer or a problem: the documented samples with anything else in them', async () => {
    const samples = fc.constantFrom(
      ['list', readFixture('list')] as const,
      ['get', readFixture('job')] as const,
      ['create', readFixture('create-answer')] as const,
      ['cancel', readFixture('cancel-answer')] as const,
    );
    const property = fc.asyncProperty(
      samples.chain(([route, sample]) => fc.tuple(fc.constant(route), mutated(sample))),
      ([route, body]) =>
        hold(route, { kind: 'answer', status: 200, headers: {}, body: JSON.stringify(body) ?? '' }, [
          200,
          201,
          202,
          ...problems,
        ]),
    );
    await fc.assert(property, { numRuns: 150 });
  });
});

describe('whatever the list shows to which a create without an answer is compared', () => {
  it('is not taken for its job, and is a problem that says not to try again', async () => {
    await using service = await startServiceUnderTest({ emulator: { credential: { orgId } } });
    const { emulator } = service;
    const list = readFixture('list');
    const made = String(list.records[0].creationTime);
    const property = fc.asyncProperty(fc.oneof(json, mutated(list)), async (body) => {
      emulator.misbehaviours.clear();
      // Past the pause that a list can ask for.
      emulator.clock.advance(60_000);
      emulator.requests.clear();
      const text = (JSON.stringify(body) ?? '').replaceAll(made, String(emulator.clock.adobe.wallNow()));
      emulator.misbehaviours.add({ route: 'create', how: { kind: 'reset' } });
      emulator.misbehaviours.add({ route: 'list', how: { kind: 'answer', status: 200, body: text } });
      const answer = await service.send('POST', '/jobs', { body: calls.create[2] });
      expect(answer.body).toMatchObject({ status: 504, retryable: false });
      expect(answer.body.code).toMatch(/^create-(?:not-confirmed|outcome-unknown)$/);
      expect(emulator.requests.all('create')).toHaveLength(1);
      hidesTheOrganization(answer);
    });
    await fc.assert(property, { numRuns: 120 });
  });
});

describe('whatever IMS answers', () => {
  it('is a problem, whatever the JSON and the status', async () => {
    await using service = await startServiceUnderTest({ emulator: { credential: { orgId } } });
    const property = fc.asyncProperty(fc.integer({ min: 200, max: 599 }), json, async (status, body) => {
      service.emulator.misbehaviours.clear();
      const text = JSON.stringify(body) ?? '';
      service.emulator.misbehaviours.add({ route: 'token', how: { kind: 'answer', status, body: text } });
      // Past what IMS is left alone for after a failure.
      service.emulator.clock.advance(3_600_000);
      const answer = await service.send('GET', '/jobs');
      expect(answer.status).toBe(503);
      expect(answer.text).not.toMatch(/1BD6382559DF0C130A49422D|AdobeOrg/i);
    });
    await fc.assert(property, { numRuns: 100 });
  });
});
