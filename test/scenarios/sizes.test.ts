import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { startEmulator } from '../../emulator/emulator.ts';
import { exportJobs } from '../../src/index.ts';
import { until } from '../support/driving.ts';
import { sendRaw } from '../support/raw.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

/** A job of exactly so many bytes. */
const jobOf = (bytes: number) => {
  const job = '{"datasetId":"d","allProfiles":true}';
  return job.slice(0, -1) + ' '.repeat(bytes - job.length) + job.slice(-1);
};

describe('the sizes that the settings say', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startServiceUnderTest({
      requests: { largestBodyBytes: 2_000 },
      server: { largestHeadersBytes: 9_000 },
    });
  });
  afterAll(() => service.stop());

  it.each([
    ['as it is', (bytes: number) => Buffer.from(jobOf(bytes)), {}],
    ['compressed', (bytes: number) => gzipSync(jobOf(bytes)), { 'content-encoding': 'gzip' }],
  ])('bound a body, %s', async (_name, make, coding) => {
    const send = async (bytes: number) => {
      const headers = { 'content-type': 'application/json', ...coding };
      const answer = await fetch(`${service.url}/jobs`, { method: 'POST', headers, body: make(bytes) });
      const { code, detail }: Record<string, unknown> = Object(await answer.json());
      return { status: answer.status, code, detail };
    };
    expect((await send(2_000)).status).toBe(201);
    expect(await send(2_001)).toEqual({
      status: 413,
      code: 'body-too-large',
      detail: expect.stringContaining('more than 2000 bytes'),
    });
  });

  it('bound a body without a length, and one that a cancel brings', async () => {
    const chunk = jobOf(2_001);
    const chunked = `content-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n7d1\r\n${chunk}\r\n0\r\n\r\n`;
    const created = await sendRaw(service.url, `POST /jobs HTTP/1.1\r\nhost: localhost\r\n${chunked}`);
    expect(created.status).toBe(413);
    const cancelled = await sendRaw(
      service.url,
      'DELETE /jobs/1 HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2001\r\n\r\n',
    );
    expect(cancelled.status).toBe(413);
    expect(service.emulator.requests.all('cancel')).toEqual([]);
  });

  const get = (target: string, header: string) =>
    sendRaw(
      service.url,
      `GET ${target} HTTP/1.1\r\nhost: localhost\r\nx-long: ${header}\r\nconnection: close\r\n\r\n`,
    );

  it('bound the headers', async () => {
    expect((await get('/livez', 'x'.repeat(8_500))).status).toBe(200);
    const { status, body } = await get('/livez', 'x'.repeat(9_000));
    expect([status, JSON.parse(body)]).toMatchObject([
      431,
      { code: 'headers-too-large', detail: expect.stringContaining('9000 bytes') },
    ]);
  });

  it('bound the target, which counts with the headers', async () => {
    // A name that is not known here: it was read as a whole.
    expect((await get(`/jobs?${'x'.repeat(8_000)}`, '')).status).toBe(400);
    const { status, body } = await get(`/jobs?${'x'.repeat(9_000)}`, '');
    expect([status, JSON.parse(body)]).toMatchObject([
      414,
      { code: 'target-too-long', detail: expect.stringContaining('9000 bytes') },
    ]);
    expect((await get(`/livez?${'x'.repeat(5_000)}`, 'x'.repeat(5_000))).status).toBe(431);
  });
});

describe('the sizes as they come', () => {
  it('take the headers that 16 kB hold, and no more', async () => {
    await using service = await startServiceUnderTest();
    const send = async (bytes: number) =>
      (
        await sendRaw(
          service.url,
          `GET /livez HTTP/1.1\r\nhost: localhost\r\nx-long: ${'x'.repeat(bytes)}\r\nconnection: close\r\n\r\n`,
        )
      ).status;
    expect([await send(16_000), await send(16_384)]).toEqual([200, 431]);
  });
});

describe('the size of a body, mounted', () => {
  it('is an option, behind a parser of the host too', async () => {
    const emulator = await startEmulator();
    const { clientId, clientSecret, orgId } = emulator.credential;
    const jobs = exportJobs({
      adobe: { clientId, clientSecret, orgId },
      ims: { url: emulator.url },
      platform: { url: emulator.url },
      overload: { lagMs: 600_000 },
      requests: { largestBodyBytes: 150_000 },
    });
    const text = `{"datasetId":"d","segments":[${Array.from({ length: 3_500 }, (_, at) => `"${String(at).padStart(36, 's')}"`).join()}]}`;
    expect(text.length).toBeGreaterThan(130_000);
    for (const parsers of [[], [express.json({ limit: '1mb' })]]) {
      const host = express()
        .use(...parsers, jobs)
        .listen(0, '127.0.0.1');
      await until(() => host.listening);
      const send = async (body: string) => {
        const headers = { 'content-type': 'application/json' };
        const url = `http://127.0.0.1:${Object(host.address()).port}/jobs`;
        return (await fetch(url, { method: 'POST', headers, body })).status;
      };
      expect([await send(text), await send(text.replace('"d"', `"${'d'.repeat(30_000)}"`))]).toEqual([
        201, 413,
      ]);
      host.closeAllConnections();
      host.close();
    }
    await jobs.close();
    await emulator.close();
  });
});
