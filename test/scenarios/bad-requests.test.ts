import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const fine = { datasetId: 'd', segments: ['s'] };

describe('requests that cannot be', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startServiceUnderTest();
  });
  afterAll(() => service.stop());

  // Whatever is refused here is refused before Adobe hears of it.
  afterEach(() => {
    expect(service.emulator.requests.all()).toEqual([]);
  });

  it.each([
    ['/jobs?limit=0', ['limit']],
    ['/jobs?limit=1001', ['limit']],
    ['/jobs?limit=ten', ['limit']],
    ['/jobs?limit=1e2', ['limit']],
    ['/jobs?limit=-1', ['limit']],
    ['/jobs?limit=', ['limit']],
    ['/jobs?status=SUCCEDED', ['status']],
    ['/jobs?status=PROCESSING', ['status']],
    ['/jobs?offset=', ['offset']],
    ['/jobs?page=2&sort=asc', ['page', 'sort']],
    ['/jobs?status=NEW&status=FAILED', ['status']],
    ['/jobs?limit=0&status=x&y=1', ['limit', 'status', 'y']],
    ['/jobs?__proto__=1', ['__proto__']],
  ])('refuses the query of %s, naming %s', async (path, parameters) => {
    const { body } = await service.send('GET', path);
    expect(body).toMatchObject({
      status: 400,
      code: 'invalid-parameters',
      owner: 'caller',
      instance: '/jobs',
    });
    expect(body.errors.map(({ parameter }: { parameter: string }) => parameter).sort()).toEqual(parameters);
  });

  it.each(['a.b', '%2e%2e%2fexport', 'x'.repeat(129), 'a%00b', 'ümlaut', '1;drop', '%2F'])(
    'refuses the id %s',
    async (id) => {
      for (const method of ['GET', 'DELETE']) {
        const { body } = await service.send(
          method,
          `/jobs/${encodeURI(decodeURIComponent(id)) === id ? id : encodeURIComponent(decodeURIComponent(id))}`,
        );
        expect(body).toMatchObject({
          status: 400,
          code: 'invalid-parameters',
          errors: [{ parameter: 'id' }],
        });
      }
    },
  );

  it('refuses a path that cannot be decoded', async () => {
    const { body } = await service.send('GET', '/jobs/%ZZ');
    expect(body).toMatchObject({ status: 400, code: 'invalid-parameters' });
  });

  it.each(['DEV', 'other', ' '])('refuses the sandbox «%s» that is not configured', async (sandbox) => {
    const { body } = await service.send('GET', '/jobs', { headers: { 'x-sandbox-name': sandbox } });
    expect(body).toMatchObject({ status: 403, code: 'sandbox-not-allowed', owner: 'caller' });
  });

  it.each<[string, object | string, string[]]>([
    ['neither segments nor allProfiles', { datasetId: 'd' }, ['/segments']],
    ['allProfiles false alone', { datasetId: 'd', allProfiles: false }, ['/segments']],
    ['both segments and allProfiles', { ...fine, allProfiles: true }, ['/allProfiles']],
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

  it('refuses a body with an encoding that it does not know', async () => {
    const headers = { 'content-encoding': 'compress' };
    const { body } = await service.send('POST', '/jobs', { headers, body: fine });
    expect(body).toMatchObject({ status: 415, code: 'unsupported-media-type' });
  });

  it.each(['/', '/job', '/Jobs', '/jobs/1/2', '/problems', '/problems/none', '/..%2f'])(
    'knows nothing at %s',
    async (path) => {
      const { body } = await service.send('GET', path);
      expect(body).toMatchObject({ status: 404, code: 'not-found', instance: path });
    },
  );

  it.each([
    ['PUT', '/jobs', 'GET, HEAD, POST'],
    ['DELETE', '/jobs', 'GET, HEAD, POST'],
    ['OPTIONS', '/jobs', 'GET, HEAD, POST'],
    ['POST', '/jobs/100', 'GET, HEAD, DELETE'],
    ['PATCH', '/jobs/100', 'GET, HEAD, DELETE'],
    ['POST', '/livez', 'GET, HEAD'],
    ['DELETE', '/readyz', 'GET, HEAD'],
    ['POST', '/openapi.json', 'GET, HEAD'],
    ['PUT', '/problems/job-not-found', 'GET, HEAD'],
  ])('does not know %s %s, and says what it knows', async (method, path, allow) => {
    const { body, headers } = await service.send(method, path);
    expect(body).toMatchObject({ status: 405, code: 'method-not-allowed' });
    expect(headers.allow).toBe(allow);
  });

  it.each([
    ['that is not HTTP', 'GET / HTTP/1.1\r\nno colon\r\n\r\n', 400, 'unreadable-request'],
    [
      'with too many headers',
      `GET / HTTP/1.1\r\nhost: x\r\ncookie: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers-too-large',
    ],
  ])('answers a request %s with a problem too', async (_name, request, status, code) => {
    const [head, body] = (await exchange(service.url, request)).split('\r\n\r\n');
    expect(head).toContain(`HTTP/1.1 ${status} `);
    expect(head).toContain('Content-Type: application/problem+json');
    expect(JSON.parse(body ?? '')).toMatchObject({ status, code });
  });
});

function exchange(url: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}
