import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../support/driving.ts';
import { failWith, json, type Operation } from '../support/failing.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { followJob, putJob } from '../support/watching.ts';

const bareId = '1BD6382559DF0C130A49422D';
const orgId = `${bareId}@AdobeOrg`;
const operations: readonly Operation[] = ['list', 'get', 'create', 'cancel'];

/** Adobe's documented refusal, UPAPI-113752-403. */
const refusal = (id: string) => ({
  errors: {
    403: [
      {
        code: 'UPAPI-113752-403',
        message: `Permission denied on /orgs/${id}/sandboxes/prod/unifiedprofile/exportjobs`,
      },
    ],
  },
  requestId: 'LlTm',
});
/** And its documented failure, UPAPI-113751-500. */
const failure = { error_code: 'UPAPI-113751-500', message: `Cannot read: {imsOrgId=${orgId}, sandbox=prod}` };
const masked = 'Permission denied on /orgs/[organization]/sandboxes/prod/unifiedprofile/exportjobs';

describe('the organization', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startServiceUnderTest({
      emulator: { credential: { orgId } },
      ims: { outageCoolDownMs: 1, longestOutageCoolDownMs: 1 },
    });
  });
  afterAll(() => service.stop());
  afterEach(() => service.emulator.misbehaviours.clear());

  it.each(operations)('is in no answer to %s, whatever the status', async (operation) => {
    for (const status of [200, 400, 403, 404, 409, 422, 500, 503]) {
      for (const body of [refusal(orgId), failure, { title: orgId, type: orgId, requestId: orgId }]) {
        service.emulator.misbehaviours.clear();
        const { answer } = await failWith(service, operation, json(status, body, { 'x-request-id': orgId }));
        expect(answer.text + JSON.stringify(answer.headers)).not.toMatch(new RegExp(bareId, 'i'));
      }
    }
  });

  it('is in no line of the audit trail, though Platform names its calls by it', async () => {
    await failWith(service, 'create', json(403, refusal(orgId), { 'x-request-id': `r-${orgId}` }));
    const lines = service.auditLines();
    expect(lines.at(-1)).toMatchObject({ action: 'create', platformRequestIds: ['r-[organization]'] });
    expect(JSON.stringify(lines)).not.toMatch(new RegExp(bareId, 'i'));
  });

  it.each([
    ['as it is', orgId],
    ['percent-encoded', encodeURIComponent(orgId)],
    ['percent-encoded twice', encodeURIComponent(encodeURIComponent(orgId))],
    ['percent-encoded letter by letter', `%31BD6382559DF0C130A49422%44%40AdobeOrg`],
    ['in lower case', orgId.toLowerCase()],
    ['without its suffix', bareId],
    ['with another one’s name', '94D8A7EE5BC0C9F90A495C2C@AdobeOrg'],
  ])('is masked in a sentence of Platform’s: %s', async (_name, id) => {
    const { answer } = await failWith(service, 'create', json(403, refusal(id)));
    expect(answer.body.upstream.messages).toEqual([masked]);
  });

  it('is masked where the JSON escapes its letters (RFC 8259, 7)', async () => {
    const body = JSON.stringify(refusal(orgId)).replaceAll('@', '\\u0040').replaceAll('1BD6', '\\u0031BD6');
    const { answer } = await failWith(service, 'get', { kind: 'answer', status: 403, body });
    expect(answer.body.upstream.messages).toEqual([masked]);
  });

  it('is masked where JSON is in a sentence and escapes its letters once more', async () => {
    const inner = `{"message":"of ${bareId.replace('1', '\\u0031')}\\u0040AdobeOrg"}`;
    const { answer } = await failWith(service, 'get', json(500, { message: inner }));
    expect(answer.text).not.toMatch(/1BD63/);
  });

  it('is masked in the detail of a job that Platform refuses', async () => {
    const body = { message: `No dataset d in ${orgId}` };
    const { answer } = await failWith(service, 'create', json(400, body));
    expect(answer.body.detail).toBe('No dataset d in [organization]');
  });

  it('is masked in what a job shows, in lists too', async () => {
    const errors = [{ code: 'x', msg: `Cannot write to /orgs/${orgId}/d` }];
    const schema = { name: `https://ns.adobe.com/${bareId}/schema` };
    putJob(service, { id: 9, status: 'FAILED', errors, schema });
    for (const path of ['/jobs/9', '/jobs']) {
      const { text } = await service.send('GET', path);
      expect(text).toContain('Cannot write to /orgs/[organization]/d');
      expect(text).not.toContain(bareId);
    }
  });

  it('is masked in the message of a cancel', async () => {
    const body = { status: true, message: `Marked for cancelling by ${orgId}` };
    service.emulator.misbehaviours.add({ route: 'cancel', how: json(200, body) });
    const answer = await service.send('DELETE', '/jobs/9');
    expect(answer.body.message).toBe('Marked for cancelling by [organization]');
  });

  it('is masked in the trouble that a stream of events tells of', async () => {
    putJob(service, { id: 8 });
    service.emulator.misbehaviours.add({ route: 'get', how: json(503, failure) });
    using stream = await followJob(service, '8');
    await until(() => stream.events().length > 0);
    expect(stream.told()).toEqual(['trouble']);
    expect(stream.text()).toContain('[organization]');
    expect(stream.text()).not.toContain(bareId);
  });
});

describe('the organization in what IMS says', () => {
  it('is in no answer', async () => {
    await using service = await startServiceUnderTest({ emulator: { credential: { orgId } } });
    const body = { error: 'invalid_client', error_description: `client is not of ${orgId}` };
    service.emulator.misbehaviours.add({ route: 'token', how: json(400, body, { 'x-debug-id': orgId }) });
    const answer = await service.send('GET', '/jobs');
    expect(answer.body.upstream).toMatchObject({
      code: 'invalid_client',
      messages: ['client is not of [organization]'],
      requestId: '[organization]',
    });
    expect(answer.text).not.toContain(bareId);
  });
});
