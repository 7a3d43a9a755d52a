import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { adobesForm, oursForm } from '../support/any-job.ts';
import { json } from '../support/failing.ts';
import { readFixture } from '../support/fixture.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const newJob = { datasetId: 'd', fields: ['a.b', 'c'], segments: ['s'] };
const requestId = 'the-same-request';
/** What belongs to a connection, and is added by whoever opens it. */
const ofConnection = new Set(['host', 'connection', 'content-length']);
const masks = {
  authorization: 'Bearer [masked]',
  'x-api-key': '[masked]',
  'x-gw-ims-org-id': '[masked]',
  'x-profile-instance-id': '[masked]',
};

describe('a rehearsal', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await startServiceUnderTest({ env: { PLATFORM_PROFILE_INSTANCE_ID: 'ups-2' } });
  });
  afterEach(() => service.stop());

  const rehearse = (body: object, headers: Record<string, string> = {}) =>
    service.send('POST', '/jobs?dryRun=true', { body, headers: { 'x-request-id': requestId, ...headers } });
  const create = (body: object, headers: Record<string, string> = {}) =>
    service.send('POST', '/jobs', { body, headers: { 'x-request-id': requestId, ...headers } });

  /** The request that the emulator got last, as a rehearsal would have told it. */
  function lastSent() {
    const { method, url, headers, body } = service.emulator.requests.all('create').at(-1) ?? {};
    const own = Object.entries({ ...headers, ...masks }).filter(([name]) => !ofConnection.has(name));
    return { method, url: `${service.emulator.url}${url}`, headers: Object.fromEntries(own), body };
  }

  it.each([
    ['our words', newJob, {}],
    ["Adobe's form", readFixture('create-request'), {}],
    ['another sandbox', newJob, { 'x-sandbox-name': 'dev' }],
  ])('tells the very request that a create then sends: %s', async (_name, body, headers) => {
    const { status, body: told } = await rehearse(body, headers);
    expect([status, told.dryRun, told.wouldBe]).toEqual([200, true, 'created']);
    expect((await create(body, headers)).status).toBe(201);
    expect(told.request).toEqual(lastSent());
    // The order of a body is Adobe's business, too.
    expect(JSON.stringify(told.request.body)).toBe(JSON.stringify(lastSent().body));
  });

  it('tells it for every export that a create takes, and refuses every other one in the same way', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(oursForm, adobesForm), async (body) => {
        service.emulator.requests.clear();
        const rehearsed = await rehearse(body);
        expect(service.emulator.requests.all('create')).toEqual([]);
        const created = await create(body);
        if (rehearsed.status === 200) expect(rehearsed.body.request).toEqual(lastSent());
        else expect(rehearsed.body).toEqual(created.body);
        expect(rehearsed.status === 200).toBe(service.emulator.requests.all('create').length === 1);
      }),
      { numRuns: 100 },
    );
  });

  it('sends nothing, and fetches no token', async () => {
    expect((await rehearse(newJob)).status).toBe(200);
    expect(service.emulator.requests.all()).toEqual([]);
    expect(service.logLines().at(-1)).not.toHaveProperty('upstreamCalls');
  });

  it('shows nothing that is this service’s own', async () => {
    const { text } = await rehearse(newJob);
    const { clientId, clientSecret, orgId } = service.emulator.credential;
    for (const hidden of [clientId, clientSecret, orgId, 'ups-2']) expect(text).not.toContain(hidden);
  });

  it('judges conditions as a create does', async () => {
    const { headers } = await service.send('GET', '/jobs');
    const same = { 'if-match': String(headers.etag) };
    expect((await rehearse(newJob, same)).status).toBe(200);
    service.emulator.jobs.put('prod', { id: 7, status: 'NEW' });
    const { status, body } = await rehearse(newJob, same);
    expect([status, body.code]).toEqual([412, 'precondition-failed']);
  });

  it('goes on while Adobe is down', async () => {
    service.emulator.misbehaviours.add({ how: json(503, {}) });
    expect((await rehearse(newJob)).status).toBe(200);
  });

  it.each([
    ['with a body that is no job', { datasetId: 'd' }, {}, 422, 'invalid-job'],
    ['in a sandbox that is not there', newJob, { 'x-sandbox-name': 'none' }, 403, 'sandbox-not-allowed'],
    ['with a key that is none', newJob, { 'idempotency-key': '""' }, 400, 'invalid-parameters'],
  ] as const)('is refused %s', async (_name, body, headers, status, code) => {
    const answer = await rehearse(body, headers);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});
