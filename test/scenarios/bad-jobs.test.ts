import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const fine = { datasetId: 'd', segments: ['s'] };

describe('new jobs that cannot be', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startServiceUnderTest();
  });
  afterAll(() => service.stop());

  // Whatever is refused here is refused before Adobe hears of it.
  afterEach(() => {
    expect(service.emulator.requests.all()).toEqual([]);
  });

  it.each<[string, object | string, string[]]>([
    ['neither segments nor allProfiles', { datasetId: 'd' }, ['/segments']],
    ['allProfiles false alone', { datasetId: 'd', allProfiles: false }, ['/segments']],
    ['both segments and allProfiles', { ...fine, allProfiles: true }, ['/allProfiles']],
    ['an id of blanks', { datasetId: ' ', segments: [' '] }, ['/datasetId', '/segments/0']],
    ['no segment', { datasetId: 'd', segments: [] }, ['/segments']],
    ['a misspelt segments', { datasetId: 'd', segmnts: ['s'], allProfiles: true }, ['/segmnts']],
    [
      'a misspelt word inside of a segment',
      { datasetId: 'd', segments: [{ id: 's', ns: 'ups' }] },
      ['/segments/0/ns'],
    ],
    ['a comma in a field', { ...fine, fields: ['a,b'] }, ['/fields/0']],
    ['no field', { ...fine, fields: [] }, ['/fields']],
    ['fields as a string', { ...fine, fields: 'a.b' }, ['/fields']],
    ['a time without offset', { ...fine, ingestedAfter: '2018-01-01T00:00:00' }, ['/ingestedAfter']],
    [
      'a qualification that ends before it begins',
      { ...fine, qualified: { from: '2019-01-01T00:00:00Z', to: '2018-01-01T00:00:00Z' } },
      ['/qualified'],
    ],
    [
      'everything at once',
      { datasetId: 5, allProfiles: 'yes', 'a/b~c': 1, mergePolicy: {} },
      ['/allProfiles', '/a~1b~0c', '/datasetId', '/mergePolicy/id', '/segments'],
    ],
    ['a text', '"job"', ['']],
    ['null', 'null', ['']],
    ['an array', [fine], ['']],
    ['a number', '5', ['']],
    ["Adobe's form without schema", { destination: { datasetId: 'd' } }, ['/schema']],
    [
      "Adobe's form with a misspelt filter",
      { destination: { datasetId: 'd' }, schema: { name: 's' }, filtre: {} },
      ['/filtre'],
    ],
    [
      "Adobe's form with our words",
      { destination: { datasetId: 'd' }, schema: { name: 's' }, segments: ['s'] },
      ['/segments'],
    ],
    [
      "Adobe's form with a misspelt segments",
      { destination: { datasetId: 'd' }, schema: { name: 's' }, filter: { segment: [] } },
      ['/filter/segment'],
    ],
    [
      "Adobe's form with no segment",
      { destination: { datasetId: 'd' }, schema: { name: 's' }, filter: { segments: [] } },
      ['/filter/segments'],
    ],
  ])('refuses a job with %s', async (_name, body, pointers) => {
    const answer = await service.send('POST', '/jobs', { body });
    expect(answer.body).toMatchObject({
      status: 422,
      code: 'invalid-job',
      owner: 'caller',
      retryable: false,
    });
    expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual(pointers);
    for (const { detail } of answer.body.errors)
      expect(detail).toMatch(/^(must|is|contradicts|Invalid input)/);
  });

  it('tells what is missing from what is wrong', async () => {
    const { body } = await service.send('POST', '/jobs', {
      body: { datasetId: 5, segments: [{ namespace: 'ups' }] },
    });
    expect(body.errors).toEqual([
      { pointer: '/datasetId', detail: 'must be a string' },
      { pointer: '/segments/0/id', detail: 'is required' },
    ]);
  });

  it.each([
    ['text that is not JSON', '{"datasetId":', 'application/json', 400, 'unreadable-body'],
    ['nothing', undefined, 'application/json', 400, 'unreadable-body'],
    ['a form', 'datasetId=d', 'application/x-www-form-urlencoded', 415, 'unsupported-media-type'],
    ['plain text', '{}', 'text/plain', 415, 'unsupported-media-type'],
    ['another charset', '{}', 'application/json; charset=iso-8859-1', 415, 'unsupported-media-type'],
    ['over 100 kB', `"${'x'.repeat(100_000)}"`, 'application/json', 413, 'body-too-large'],
  ])('refuses a body of %s', async (_name, body, type, status, code) => {
    const options = { headers: { 'content-type': type }, ...(body !== undefined && { body }) };
    const answer = await service.send('POST', '/jobs', options);
    expect(answer.body).toMatchObject({ status, code, owner: 'caller' });
  });

  it.each([
    ['that is not in its encoding', 'gzip', Buffer.from('{"datasetId":"d","allProfiles":true}')],
    ['that is not UTF-8', 'identity', Buffer.from('{"datasetId":"\xff","allProfiles":true}', 'latin1')],
  ])('refuses a body %s', async (_name, encoding, body) => {
    const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
    const answer = await fetch(`${service.url}/jobs`, { method: 'POST', headers, body });
    expect(await answer.json()).toMatchObject({ status: 400, code: 'unreadable-body', owner: 'caller' });
  });

  it.each([
    ['dryrun', 'true'],
    ['dry_run', 'true'],
    ['dryRun', 'yes'],
    ['dryRun', ''],
    ['duplicates', 'refuse'],
    ['duplicate', 'refused'],
  ])('refuses a query of which somebody may expect that nothing is started: %s=%s', async (name, value) => {
    const { body } = await service.send('POST', `/jobs?${name}=${value}`, { body: fine });
    expect(body).toMatchObject({
      status: 400,
      code: 'invalid-parameters',
      errors: [{ parameter: name }],
    });
  });

  it('refuses a body with an encoding that it does not know', async () => {
    const headers = { 'content-encoding': 'compress' };
    const { body } = await service.send('POST', '/jobs', { headers, body: fine });
    expect(body).toMatchObject({ status: 415, code: 'unsupported-media-type' });
  });
});
