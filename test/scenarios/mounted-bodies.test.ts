import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express, { type RequestHandler } from 'express';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { type ExportJobs, exportJobs } from '../../src/index.ts';
import { until } from '../support/driving.ts';

const everything = () => true;
const job = '{"datasetId":"d","segments":["ä"]}';
const damaged = Buffer.from('{"datasetId":"d\xe4","segments":["s"]}', 'latin1');
const repeated = '{"datasetId":"d","segments":["a"],"segments":["b"]}';

/** As functions of some clouds do, and hosts that check a signature. */
const keepingBytes = express.json({
  verify(incoming, _response, bytes) {
    Object.assign(incoming, { rawBody: bytes });
  },
});

describe('a create, mounted behind a parser of the host', () => {
  let emulator: Emulator;
  let jobs: ExportJobs;
  beforeEach(async () => {
    emulator = await startEmulator();
    const { clientId, clientSecret, orgId } = emulator.credential;
    jobs = exportJobs({
      adobe: { clientId, clientSecret, orgId },
      ims: { url: emulator.url },
      platform: { url: emulator.url },
      overload: { lagMs: 600_000 },
    });
  });
  afterEach(async () => {
    await jobs.close();
    await emulator.close();
  });

  async function post(
    parser: RequestHandler,
    body: string | Uint8Array,
    headers: Readonly<Record<string, string>> = {},
  ) {
    const host = express().use(parser).use(jobs).listen(0, '127.0.0.1');
    try {
      await until(() => host.listening);
      const answer = await fetch(`http://127.0.0.1:${Object(host.address()).port}/jobs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: Buffer.from(body),
      });
      const text = await answer.text();
      return { status: answer.status, text, body: JSON.parse(text) };
    } finally {
      host.closeAllConnections();
      host.close();
    }
  }
  const creates = () => emulator.requests.all('create').map(({ body }) => Object(body));

  it.each<[string, RequestHandler]>([
    ['express.json()', express.json()],
    ['express.json({ strict: false })', express.json({ strict: false })],
    ['express.json() that keeps the bytes', keepingBytes],
    ['express.raw()', express.raw({ type: everything })],
    ['express.text()', express.text({ type: everything })],
    ['a parser of other types', express.urlencoded()],
    ['none', (_request, _response, next) => next()],
  ])('is read behind %s', async (_name, parser) => {
    const answer = await post(parser, job);
    expect([answer.status, answer.body.segments]).toEqual([201, [{ id: 'ä' }]]);
    const packed = await post(parser, gzipSync(job), { 'content-encoding': 'gzip' });
    expect([packed.status, packed.body.segments]).toEqual([201, [{ id: 'ä' }]]);
  });

  it.each<[string, RequestHandler, number]>([
    // Where only the value is left, the damage shows as U+FFFD.
    ['express.json()', express.json(), 422],
    ['express.text()', express.text({ type: everything }), 422],
    ['express.json() that keeps the bytes', keepingBytes, 400],
    ['express.raw()', express.raw({ type: everything }), 400],
    ['none', (_request, _response, next) => next(), 400],
  ])('is refused behind %s where a byte was damaged', async (_name, parser, status) => {
    const answer = await post(parser, damaged);
    expect(answer.body).toMatchObject({ status, owner: 'caller' });
    expect(creates()).toEqual([]);
  });

  it.each<[string, RequestHandler]>([
    ['express.json() that keeps the bytes', keepingBytes],
    ['express.raw()', express.raw({ type: everything })],
    ['express.text()', express.text({ type: everything })],
  ])('is refused behind %s where a name stands twice', async (_name, parser) => {
    const answer = await post(parser, repeated);
    expect(answer.body).toMatchObject({ status: 400, errors: [{ pointer: '/segments' }] });
    expect(creates()).toEqual([]);
  });

  it('cannot be seen to have had a name twice where the host left only the value', async () => {
    expect((await post(express.json(), repeated)).status).toBe(201);
    expect(creates()[0].filter.segments).toEqual([{ segmentId: 'b' }]);
  });

  it.each<[string, RequestHandler, string]>([
    ['express.raw() and half of a job', express.raw({ type: everything }), '{"datasetId":'],
    ['express.text() and half of a job', express.text({ type: everything }), '{"datasetId":'],
    ['express.text() and blanks', express.text({ type: everything }), '   '],
    ['express.raw() and 99 kB of rubbish', express.raw({ type: everything }), '\u0001'.repeat(99_000)],
  ])('is one fault with %s, not one for each byte', async (_name, parser, body) => {
    const answer = await post(parser, body);
    expect(answer.body).toMatchObject({ status: 400, code: 'unreadable-body' });
    expect(answer.text.length).toBeLessThan(1_000);
  });

  it.each<[string, RequestHandler, string]>([
    ['a form', express.urlencoded(), 'application/x-www-form-urlencoded'],
    [
      'a form of many parts',
      (incoming, _response, next) => {
        Object.assign(incoming, { body: Object.assign(Object.create(null), { datasetId: 'd' }) });
        next();
      },
      'multipart/form-data; boundary=x',
    ],
    ['a merge patch', express.json({ type: everything }), 'application/merge-patch+json'],
  ])('is refused with 415 as %s, whatever the host has made of it', async (_name, parser, type) => {
    const answer = await post(parser, job, { 'content-type': type });
    expect(answer.body).toMatchObject({ status: 415, code: 'unsupported-media-type' });
  });

  it('has few faults where a host reads JSON as a form', async () => {
    const parser = express.urlencoded({ type: everything, parameterLimit: 10_000 });
    const answer = await post(
      parser,
      '&'.concat(Array.from({ length: 5_000 }, (_, at) => `x${at}=1`).join('&')),
    );
    expect(answer.body).toMatchObject({ status: 422, code: 'invalid-job' });
    expect(answer.text.length).toBeLessThan(4_000);
  });

  it('is bounded although the host takes more', async () => {
    const parser = express.json({ limit: '50mb' });
    expect((await post(parser, `{"datasetId":"${'x'.repeat(200_000)}","segments":["s"]}`)).status).toBe(413);
    const packed = gzipSync(`{"datasetId":"${'x'.repeat(2_000_000)}","segments":["s"]}`);
    const answer = await post(parser, packed, { 'content-encoding': 'gzip' });
    expect(answer.body).toMatchObject({ status: 413, code: 'body-too-large' });
    expect(creates()).toEqual([]);
  });

  const hostile: RequestHandler = (incoming, _response, next) => {
    // As a parser does that assigns whatever name it reads.
    const body = Object.create({ allProfiles: true });
    Object.assign(incoming, { body: Object.assign(body, { datasetId: 'd' }) });
    next();
  };
  const circular: RequestHandler = (incoming, _response, next) => {
    const body: Record<string, unknown> = { datasetId: 'd' };
    body.segments = [body];
    Object.assign(incoming, { body });
    next();
  };
  it.each<[string, RequestHandler, string, object]>([
    [
      '__proto__',
      express.json(),
      '{"datasetId":"d","segments":["a"],"x":{"__proto__":1}}',
      { status: 400, errors: [{ pointer: '/x/__proto__' }] },
    ],
    [
      'many levels',
      express.json(),
      `{"datasetId":${'['.repeat(40)}${']'.repeat(40)}}`,
      { status: 400, code: 'unreadable-body' },
    ],
    [
      'very many levels',
      express.json(),
      '['.repeat(45_000) + ']'.repeat(45_000),
      { status: 400, code: 'unreadable-body' },
    ],
    ['what it inherits', hostile, job, { status: 422, errors: [{ pointer: '/segments' }] }],
    ['itself in it', circular, job, { status: 400, code: 'unreadable-body' }],
  ])('is refused with %s, although the host has parsed it', async (_name, parser, body, problem) => {
    expect((await post(parser, body)).body).toMatchObject(problem);
    expect(creates()).toEqual([]);
  });

  it('is answered where a middleware has read the body and left nothing of it', async () => {
    const answer = await post((incoming, _response, next) => {
      incoming.resume().once('end', () => next());
    }, job);
    expect(answer.body).toMatchObject({ status: 500, code: 'internal-error' });
  });

  it('may be closed twice, and while a call is under way', async () => {
    await post(express.json(), job);
    await Promise.all([jobs.close(), jobs.close()]);
    await jobs.close();
  });
});
