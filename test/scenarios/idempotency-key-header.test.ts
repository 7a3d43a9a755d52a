import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CreateCommand } from '../../src/jobs/creating/new-export.ts';
import { type RoutesUnderTest, startRoutes } from '../support/routes-under-test.ts';

const newJob = { datasetId: 'd', allProfiles: true };
const created = { kind: 'created', id: '101', json: '{}', isReplayed: false } as const;

const visible = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code));
const keys = fc.string({ unit: visible, minLength: 1, maxLength: 255 });
const quote = (key: string) => `"${key.replaceAll(/["\\]/g, '\\$&')}"`;
const needsQuotes = (key: string) => /[",;\\]/.test(key);

describe('the Idempotency-Key of a create', () => {
  let routes: RoutesUnderTest;
  let commands: CreateCommand[] = [];
  beforeAll(async () => {
    routes = await startRoutes({
      async create(command) {
        commands.push(command);
        return { ...created, json: jobJson };
      },
      cancel: async (id) => ({
        kind: 'cancelling',
        cancellation: { id, cancelling: true, message: 'marked' },
        hasWaited: false,
      }),
    });
  });
  afterAll(async () => {
    await routes[Symbol.asyncDispose]();
  });
  afterEach(() => {
    commands = [];
  });

  /** With Node's own client, because it sends a header as often as it is told to. */
  async function send(values: string | string[] | undefined) {
    const body = JSON.stringify(newJob);
    const headers = {
      'content-type': 'application/json',
      'content-length': body.length,
      ...(values !== undefined && { 'idempotency-key': values }),
    };
    const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
    const call = request(`${routes.url}/jobs`, { method: 'POST', headers }, async (answer) => {
      let text = '';
      for await (const chunk of answer.setEncoding('utf8')) text += chunk;
      resolve({ status: answer.statusCode ?? 0, text });
    });
    call.on('error', reject).end(body);
    const { status, text } = await promise;
    return { status, body: JSON.parse(text) };
  }
  const keysSeen = () => commands.map(({ idempotencyKey }) => idempotencyKey);

  it('is nothing where there is none', async () => {
    expect((await send(undefined)).status).toBe(201);
    expect(keysSeen()).toEqual([undefined]);
  });

  it('is what the quotes hold, and the same without quotes where nothing needs them', async () => {
    await fc.assert(
      fc.asyncProperty(keys, async (key) => {
        commands = [];
        expect((await send(quote(key))).status).toBe(201);
        if (!needsQuotes(key)) expect((await send(key)).status).toBe(201);
        expect(new Set(keysSeen())).toEqual(new Set([key]));
      }),
      {
        numRuns: 200,
        examples: [['a'], ['"'], ['\\"\\\\'], ['x'.repeat(255)], ['\\'.repeat(255)], ['a;b,c']],
      },
    );
  });

  it.each([
    ['two words', '"a b"', 'a b'],
    ['blanks around it', ' \t"a" ', 'a'],
    ['a token of another kind', 'urn:uuid:8e03978e-40d5-43dd-bc93-6894a57f9324/1?=a', undefined],
  ])('may be %s', async (_name, field, key) => {
    expect((await send(field)).status).toBe(201);
    expect(keysSeen()).toEqual([key ?? field]);
  });

  it.each<[string, string | string[]]>([
    ['empty', ''],
    ['an empty string', '""'],
    ['blank', ' \t '],
    ['256 characters', 'x'.repeat(256)],
    ['256 characters in quotes', quote('"'.repeat(256))],
    ['two words without quotes', 'a b'],
    ['without its second quote', '"a'],
    ['without its first quote', 'a"'],
    ['with a quote inside', '"a"b"'],
    ['with an escape of something else', '"a\\n"'],
    ['with a backslash at its end', '"a\\"'],
    ['with a backslash and no quotes', 'a\\b'],
    ['with a parameter', '"a";v=1'],
    ['with a parameter and no quotes', 'a;v=1'],
    ['a list', '"a", "b"'],
    ['a list without quotes', 'a,b'],
    ['not ASCII', '"\u00e9"'],
    ['a tab', '"a\tb"'],
    ['given twice', ['"a"', '"a"']],
    ['given twice, so that both together look like one', ['"a', 'b"']],
  ])('is refused where it is %s', async (_name, values) => {
    const { status, body } = await send(values);
    expect([status, body.code]).toEqual([400, 'invalid-parameters']);
    expect(body.errors).toEqual([
      { parameter: 'idempotency-key', detail: expect.stringContaining('must be') },
    ]);
    expect(commands).toEqual([]);
  });

  it('is refused wherever it is no string of the right length', async () => {
    const isValid = (field: string) => {
      const text = field.replace(/^[ \t]+|[ \t]+$/g, '');
      const inner = /^"((?:[^"\\]|\\["\\])*)"$/.exec(text)?.[1]?.replaceAll(/\\(.)/g, '$1');
      const key = inner ?? (/[", ;\\]/.test(text) ? '' : text);
      return key.length >= 1 && key.length <= 255 && /^[ -~]*$/.test(key);
    };
    const fields = fc.oneof(
      fc.string({ unit: fc.constantFrom('"', '\\', 'a', ';', ',', '=', ' ', '\t', '\u00e9'), maxLength: 12 }),
      fc.string({ unit: visible, minLength: 250, maxLength: 260 }).map(quote),
    );
    await fc.assert(
      fc.asyncProperty(fields, async (field) => {
        commands = [];
        const { status } = await send(field);
        expect([field, status, commands.length]).toEqual(isValid(field) ? [field, 201, 1] : [field, 400, 0]);
      }),
      { numRuns: 300 },
    );
  });

  it('is told with all that is wrong with the query, at once', async () => {
    const headers = { 'idempotency-key': '""' };
    const path = '/jobs?duplicate=maybe&dryRun=yes&dryrun=true&dryRun=true';
    const { status, body } = await routes.send('post', path, { headers, body: newJob });
    expect(status).toBe(400);
    const parameters = body.errors.map(({ parameter }: { parameter: string }) => parameter);
    expect(parameters.sort()).toEqual(['dryRun', 'dryrun', 'duplicate', 'idempotency-key']);
    expect(commands).toEqual([]);
  });

  it('is nothing to a cancel, which may be repeated without one, however it looks', async () => {
    const headers = { 'idempotency-key': '""' };
    expect((await routes.send('delete', '/jobs/7', { headers })).status).toBe(202);
  });
});

const jobJson = JSON.stringify({
  id: '101',
  status: 'NEW',
  done: false,
  segments: [],
  batches: [],
  errors: [],
});
const upstream = { method: 'POST', url: 'https://p/', headers: {}, body: '{}' };
const rehearsal = {
  wouldBe: 'created',
  fingerprint: 'f',
  equalJob: undefined,
  request: upstream,
} as const;

describe('where the operator requires a key', () => {
  it('a create without one is refused, and says so', async () => {
    await using routes = await startRoutes({}, { idempotencyKeys: 'required' });
    const { status, body } = await routes.send('post', '/jobs?x=1', { body: newJob });
    expect([status, body.code]).toEqual([400, 'invalid-parameters']);
    expect(body.errors).toEqual([
      { parameter: 'x', detail: 'is not a parameter known here' },
      { parameter: 'idempotency-key', detail: 'is required: a new string for each export, such as a UUID' },
    ]);
  });

  it('a create with one is started, and a rehearsal needs none', async () => {
    const use = { create: async () => ({ ...created, json: jobJson }), rehearse: async () => rehearsal };
    await using routes = await startRoutes(use, { idempotencyKeys: 'required' });
    const headers = { 'idempotency-key': 'a' };
    expect((await routes.send('post', '/jobs', { headers, body: newJob })).status).toBe(201);
    const rehearsed = await fetch(`${routes.url}/jobs?dryRun=true`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(newJob),
    });
    expect(rehearsed.status).toBe(200);
  });
});
