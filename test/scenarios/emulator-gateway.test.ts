import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { type EmulatorUnderTest, jobsPath, startEmulatorUnderTest } from '../support/emulator-under-test.ts';

let adobe: EmulatorUnderTest;
beforeEach(async () => {
  adobe = await startEmulatorUnderTest();
});
afterEach(() => adobe.emulator.close());

const put = (...jobs: readonly (readonly [id: number, creationTime: number, status?: string])[]) => {
  for (const [id, creationTime, status = 'NEW'] of jobs) {
    adobe.emulator.jobs.put('prod', { id, creationTime, status });
  }
};
const list = (query = '') => adobe.ask('GET', query && `?${query}`);
const idsOf = ({ body }: { body: { records: { id: number }[] } }) => body.records.map(({ id }) => id);

describe('the emulated gateway', () => {
  it.each([
    ['x-sandbox-name', '', 400, '400003'],
    ['x-sandbox-name', 'PROD', 403, undefined],
    ['x-sandbox-name', 'prod,dev', 403, undefined],
    ['x-api-key', '', 403, '403000'],
    ['authorization', 'Basic eDp5', 403, '403010'],
    ['authorization', 'Bearer', 403, '403010'],
    ['authorization', 'Bearer a b', 401, '401013'],
  ])('checks %s: «%s» is answered with %d and %s', async (name, value, status, code) => {
    const answer = await adobe.ask('GET', '', { headers: { [name]: value } });
    expect([answer.status, answer.body.error_code]).toEqual([status, code]);
  });

  it('answers HEAD as GET, without the body', async () => {
    put([1, 1]);
    for (const path of ['', '/1']) {
      const { status, text } = await adobe.ask('HEAD', path);
      expect([status, text ?? '']).toEqual([200, '']);
    }
    expect((await adobe.ask('HEAD', '/404')).status).toBe(404);
  });
});

describe('inputs from RFCs and issue trackers, to the emulated Platform', () => {
  // RFC 8259 section 8.1: a byte order mark must not be added; a parser may refuse it.
  it('refuses JSON behind a byte order mark with a sentence', async () =>
    expect((await adobe.ask('POST', '', { body: '\uFEFF{}' })).status).toBe(400));

  // https://github.com/hapijs/bourne: JSON.parse makes own properties of both, and a copy may then follow them.
  it('takes over nothing from __proto__ and constructor', async () => {
    const body =
      '{"__proto__":{"destination":{"datasetId":"d"},"schema":{"name":"s"}},"constructor":{"x":1}}';
    expect((await adobe.ask('POST', '', { body })).status).toBe(400);
  });

  // RFC 3986 section 2.1: a percent sign without two hexadecimal digits is no encoding.
  it('answers a path that cannot be decoded in the shape of the profile service', async () => {
    const answer = await request(adobe.emulator.url).get(`${jobsPath}/%zz`);
    expect([answer.status, answer.type]).toEqual([400, 'application/json']);
    expect(answer.body).toMatchObject({ status: 400, type: expect.stringContaining('ns.adobe.com') });
  });

  // RFC 9110 section 15.5.14.
  it('refuses a body that is too large, with a sentence', async () => {
    const { status, body } = await adobe.ask('POST', '', { body: `"${'x'.repeat(1_100_000)}"` });
    expect([status, body.status]).toEqual([413, 413]);
  });

  // RFC 3986 section 2.2: a slash that is encoded is data, and no part of a path.
  it('takes an offset with an id that was never there', async () => {
    put([1, 10], [2, 20]);
    expect(idsOf(await list('offset=15_gone%2F..'))).toEqual([1]);
  });
});
