import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { startKeeping } from '../support/keeping.ts';
import { sendRaw } from '../support/raw.ts';
import type { ServiceUnderTest } from '../support/service-under-test.ts';

const second = 1_000;

describe('a conditional read', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await startKeeping();
    put(100, 'PROCESSING');
    put(101, 'SUCCEEDED');
  });
  afterEach(() => service.stop());

  const advance = (ms: number) => service.emulator.clock.advance(ms);
  const put = (id: number, status: string) => service.emulator.jobs.put('prod', { id, status });
  const get = (path: string, seen?: string) =>
    service.send('GET', path, seen === undefined ? {} : { headers: { 'if-none-match': seen } });
  const etagOf = async (path: string) => tag(await get(path));
  const tag = ({ headers }: Response) => headers.etag ?? '';

  it.each(['/jobs/100', '/jobs/101', '/jobs', '/jobs?limit=1'])(
    'of %s has a strong tag that holds',
    async (path) => {
      const first = await etagOf(path);
      expect(first).toMatch(/^"[\w-]{27}"$/);
      expect(await etagOf(path)).toBe(first);
      // Asked for again: other bytes would have another.
      advance(120 * second);
      expect(await etagOf(path)).toBe(first);
      expect((await get(path, first)).status).toBe(304);
    },
  );

  it('names other bytes by another tag', async () => {
    const tags = await Promise.all(['/jobs/100', '/jobs/101', '/jobs', '/jobs?limit=1'].map(etagOf));
    expect(new Set(tags).size).toBe(tags.length);
  });

  it.each(['/jobs/100', '/jobs'])('of %s answers in full once the job has changed', async (path) => {
    const before = await etagOf(path);
    advance(second);
    put(100, 'SUCCEEDED');
    const changed = await get(path, before);
    expect(changed.status).toBe(200);
    expect(tag(changed)).not.toBe(before);
    expect((await get(path, tag(changed))).status).toBe(304);
  });

  it('compares with every tag that is named, weakly, and whatever there is matches the star', async () => {
    const etag = await etagOf('/jobs/100');
    const matching = [etag, `W/${etag}`, `"other", ${etag}`, `"a,b",W/${etag} , "other"`, '*', ' * '];
    const others = [
      '"other"',
      'W/"other"',
      '',
      etag.slice(1, -1),
      '"*"',
      `"${etag.slice(1, 5)}"`,
      etag.toLowerCase(),
    ];
    const statuses = async (those: string[]) =>
      Promise.all(those.map(async (seen) => (await get('/jobs/100', seen)).status));
    expect(await statuses(matching)).toEqual(matching.map(() => 304));
    expect(await statuses(others)).toEqual(others.map(() => 200));
  });

  it.each(['/jobs/100', '/jobs/101', '/jobs?limit=1'])(
    'of %s is answered with 304 and nothing else on the wire',
    async (path) => {
      const full = await get(path);
      const lines = [
        `GET ${path} HTTP/1.1`,
        'host: localhost',
        `if-none-match: ${tag(full)}`,
        'connection: close',
      ];
      const { status, headers, body } = await sendRaw(service.url, [...lines, '', ''].join('\r\n'));
      expect([status, body]).toEqual([304, '']);
      expect(headers).toMatchObject({
        'cache-control': 'private, no-cache',
        age: '0',
        vary: path.startsWith('/jobs?') ? 'x-sandbox-name' : 'x-sandbox-name, prefer',
        'x-request-id': expect.stringMatching(/^[\w-]{36}$/),
        'cache-status': expect.stringMatching(/^aep-jobs-bff; hit; ttl=\d+$/),
      });
      // On the wire a header's value keeps its case; the reader of raw answers makes all of it small.
      expect(headers.etag).toBe(tag(full).toLowerCase());
      for (const name of ['content-type', 'content-length', 'transfer-encoding'])
        expect(headers).not.toHaveProperty(name);
      expect(headers['retry-after']).toBe(full.headers['retry-after']);
    },
  );

  it('has no body for HEAD either, and the headers of GET', async () => {
    const full = await get('/jobs/101');
    const head = await service.send('HEAD', '/jobs/101');
    expect([head.status, head.text]).toEqual([200, undefined]);
    const names = ['etag', 'content-length', 'content-type', 'cache-control', 'vary'];
    for (const name of names) expect([name, head.headers[name]]).toEqual([name, full.headers[name]]);
    expect(head.headers['content-length']).toBe(String(full.text.length));
    const seen = await service.send('HEAD', '/jobs/101', { headers: { 'if-none-match': tag(full) } });
    expect(seen.status).toBe(304);
    expect(service.emulator.requests.all('get')).toHaveLength(1);
  });

  it('counts the bytes and not the letters of what it sends', async () => {
    service.emulator.jobs.put('prod', { id: 102, status: 'SUCCEEDED', schema: { name: 'Zürich 上 🌍' } });
    const full = await get('/jobs/102');
    expect(full.body.schema).toBe('Zürich 上 🌍');
    expect(full.headers['content-length']).toBe(String(Buffer.byteLength(full.text)));
    expect((await get('/jobs')).body.jobs).toContainEqual(full.body);
  });

  it('is private, and the caller itself asks each time', async () => {
    for (const path of ['/jobs', '/jobs/100', '/jobs/101', '/jobs/999']) {
      expect((await get(path)).headers['cache-control']).toBe('private, no-cache');
    }
  });

  it('has no tag where there is nothing, and no condition makes 304 of a problem', async () => {
    const missing = await get('/jobs/999', '*');
    expect([missing.status, missing.headers.etag]).toEqual([404, undefined]);
  });

  it('begins with the tag that the answer to a create had', async () => {
    const created = await service.send('POST', '/jobs', { body: { datasetId: 'd', allProfiles: true } });
    const again = await get(created.headers.location ?? '', tag(created));
    expect(again.status).toBe(304);
    expect(service.emulator.requests.all('get')).toHaveLength(0);
  });
});

describe('Retry-After', () => {
  const minute = 60 * second;
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await startKeeping();
  });
  afterEach(() => service.stop());
  const advance = (ms: number) => service.emulator.clock.advance(ms);
  const create = () => String(service.emulator.jobs.create('prod', {}).id);
  async function retryAfter(id: string): Promise<number> {
    const { headers } = await service.send('GET', `/jobs/${id}`);
    return Number(headers['retry-after'] ?? Number.NaN);
  }

  it('is on a job that is not done, and on no other and on no list', async () => {
    const id = create();
    expect(await retryAfter(id)).toBe(2);
    expect((await service.send('GET', '/jobs')).headers).not.toHaveProperty('retry-after');
    advance(4 * minute);
    expect(await retryAfter(id)).toBeNaN();
  });

  it('is quick at first, slower in the middle and quick again near the end, by what earlier exports took', async () => {
    // Three that took four minutes each.
    const earlier = [create(), create(), create()];
    advance(4 * minute);
    for (const id of earlier) await retryAfter(id);

    const id = create();
    const seconds: number[] = [];
    for (const stepMs of [0, 9_000, 1_000, 50_000, minute, minute, 54_000]) {
      advance(stepMs);
      seconds.push(await retryAfter(id));
    }
    expect(seconds).toEqual([2, 2, 30, 30, 30, 20, 2]);
  });

  it('grows with the age of a job of which nothing can be said', async () => {
    const id = create();
    const seconds: number[] = [];
    for (const stepMs of [0, 30_000, 30_000, minute, minute]) {
      advance(stepMs);
      seconds.push(await retryAfter(id));
    }
    expect(seconds).toEqual([2, 3, 6, 12, 18]);
  });
});
