import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { exportJobs } from '../../src/index.ts';
import { json } from '../support/failing.ts';
import { sendRaw } from '../support/raw.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

let service: ServiceUnderTest;
beforeEach(async () => {
  service = await startServiceUnderTest();
});
afterEach(() => service.stop());

const nextIs = (offset: unknown) =>
  service.emulator.misbehaviours.add({
    route: 'list',
    times: 1,
    how: json(200, { records: [], link: { next: `/export/jobs/?limit=2&offset=${offset}` } }),
  });
const lastOffset = () => {
  const url = service.emulator.requests.all('list').at(-1)?.url ?? '';
  return new URL(url, 'http://platform').searchParams.get('offset');
};
const empty = () =>
  service.emulator.misbehaviours.add({ route: 'list', times: 1, how: json(200, { records: [] }) });

describe('a link to the next page', () => {
  it.each([
    ['one of 513 characters', 'x'.repeat(513)],
    ['one of 2000 characters', '_'.repeat(2000)],
    ['one that is not ASCII', 'Zürich 上 🌍'],
    ['one with what a URL reserves', '&=#?/%+ ;,'],
    ['one with what ends a link', '>; rel="x", <y'],
    ['one with a line break', 'a\r\nset-cookie: x=y'],
    ['one with a zero', 'a\u0000b'],
    ['one of base64', 'aGk/+w=='],
  ])('is taken as it was given: %s', async (_what, offset) => {
    nextIs(encodeURIComponent(offset));
    const { status, body, headers } = await service.send('GET', '/jobs?limit=2&status=NEW');
    expect([status, headers.link]).toEqual([200, `<${body.next}>; rel="next"`]);
    // A URI reference, and nothing that ends one (RFC 8288, 3).
    expect(body.next).toMatch(/^\/jobs\?[A-Za-z0-9%&=._*+-]+$/);
    empty();
    const following = await service.send('GET', body.next);
    expect([following.status, lastOffset()]).toEqual([200, offset]);
  });

  it.each([
    ['too long', 'x'.repeat(7_001)],
    ['too long once it is encoded', '上'.repeat(1_000)],
    ['far too long', 'x'.repeat(100_000)],
  ])(
    'is not given where nobody could follow it: %s. No page claims to be the last instead',
    async (_what, offset) => {
      nextIs(offset);
      const { status, body } = await service.send('GET', '/jobs');
      expect([status, body.code, body.owner]).toEqual([502, 'platform-malformed', 'platform']);
      const log = service.logLines().at(-1);
      expect(log?.error).toMatch(/offset/);
    },
  );

  it('is refused beyond that when somebody makes one up', async () => {
    const { status, body } = await service.send('GET', `/jobs?offset=${'x'.repeat(7_001)}`);
    expect([status, body.errors[0].parameter]).toEqual([400, 'offset']);
  });

  it('keeps what follows a question mark in an offset', async () => {
    nextIs('a?b');
    const { body } = await service.send('GET', '/jobs');
    empty();
    await service.send('GET', body.next);
    expect(lastOffset()).toBe('a?b');
  });
});

describe('a job whose id could not stand in a path of ours', () => {
  const ids = ['a.b', 'a/b', '..', 'a b', 'ü', '上', '<script>', 'a\r\nb: c', '\ud800', 'x'.repeat(129), '?'];

  it.each(ids)('is created all the same, without a Location that would be refused: %j', async (id) => {
    service.emulator.misbehaviours.add({ route: 'create', how: json(200, { id, status: 'NEW' }) });
    const { status, body, headers } = await service.send('POST', '/jobs', {
      body: { datasetId: 'd', allProfiles: true },
    });
    expect([status, body.id]).toEqual([201, id.toWellFormed() === id ? id : body.id]);
    expect(headers).not.toHaveProperty('location');
  });

  it.each(ids)('stands in a list beside the others: %j', async (id) => {
    const records = [
      { id, status: 'NEW' },
      { id: 7, status: 'NEW' },
    ];
    service.emulator.misbehaviours.add({ route: 'list', how: json(200, { records }) });
    const { status, body } = await service.send('GET', '/jobs');
    expect([status, body.jobs.length, body.jobs[1].id]).toEqual([200, 2, '7']);
  });
});

it('an id with a slash is in no other view: its cache key cannot be that of another job', async () => {
  await using kept = await startServiceUnderTest({
    cache: 'asConfigured',
    callerOf: ({ headers }) => ({ id: 'x', permission: String(headers['x-permission']) }),
  });
  const records = [{ id: '7/a', status: 'SUCCEEDED', requestId: 'secret' }];
  kept.emulator.misbehaviours.add({ route: 'list', times: 1, how: json(200, { records }) });
  await kept.send('GET', '/jobs', { headers: { 'x-permission': 'b' } });
  const { status } = await kept.send('GET', '/jobs/7', { headers: { 'x-permission': 'a/b' } });
  expect(status).toBe(404);
});

it('a created job that can be found has a Location that is taken', async () => {
  const { headers } = await service.send('POST', '/jobs', { body: { datasetId: 'd', allProfiles: true } });
  expect((await service.send('GET', String(headers.location))).status).toBe(200);
});

describe('what upstream says goes into no header as it is', () => {
  it.each(['999999999', 'Fri, 31 Dec 9999 23:59:59 GMT', '0'])(
    'a Retry-After of %s becomes seconds that any client can read',
    async (value) => {
      service.emulator.misbehaviours.add({ route: 'get', how: json(429, {}, { 'retry-after': value }) });
      const { headers } = await service.send('GET', '/jobs/100');
      expect(headers['retry-after']).toMatch(/^[1-9]\d{0,9}$/);
      expect(Number(headers['retry-after'])).toBeLessThan(2 ** 31);
    },
  );
});

it('where a host mounts it at a path of the caller’s making, that path ends no link and breaks no header', async () => {
  const { clientId, clientSecret, orgId } = service.emulator.credential;
  const url = service.emulator.url;
  const middleware = exportJobs({
    adobe: { clientId, clientSecret, orgId },
    ims: { url },
    platform: { url },
    clock: service.emulator.clock,
  });
  const host = express();
  host.use('/t/:tenant', middleware);
  nextIs('x');
  const server = host.listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
    const { port } = Object(server.address());
    const target = '/t/a%3E%22<b>;rel="x"/jobs';
    const text = [`GET ${target} HTTP/1.1`, 'host: localhost', 'connection: close', '', ''].join('\r\n');
    const { headers, body } = await sendRaw(`http://127.0.0.1:${port}`, text);
    const { next } = JSON.parse(body);
    expect(next).toBe('/t/a%3E%22%3Cb%3E;rel=%22x%22/jobs?limit=25&offset=x');
    expect(headers.link).toBe(`<${next}>; rel="next"`.toLowerCase());
  } finally {
    server.close();
    await middleware.close();
  }
});
