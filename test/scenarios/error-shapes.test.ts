import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { failWith } from '../support/failing.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

interface Read {
  readonly code?: string;
  readonly messages?: readonly string[];
  readonly requestId?: string;
}

const type = 'https://ns.adobe.com/aep/errors/UPLIB-101554-503';

/** Bodies as they are documented or were seen, and what of them callers are told. */
const shapes: readonly (readonly [name: string, body: unknown, told: Read])[] = [
  [
    'a problem with an id of its own (documented, UPAPI-036002-422)',
    {
      type: 'https://ns.adobe.com/aep/errors/UPAPI-036002-422',
      title: 'Job is final',
      status: 422,
      requestId: 'r-1',
    },
    { code: 'UPAPI-036002-422', messages: ['Job is final'], requestId: 'r-1' },
  ],
  [
    'errors as an array',
    { errors: [{ code: 'UPAPI-1-400', message: 'one' }, { message: 'two' }] },
    { code: 'UPAPI-1-400', messages: ['one', 'two'] },
  ],
  [
    'errors as one bare object',
    { errors: { code: 'UPAPI-1-400', message: 'one' }, requestId: 'r-1' },
    { code: 'UPAPI-1-400', messages: ['one'], requestId: 'r-1' },
  ],
  [
    'errors as a map by status of objects and texts',
    { errors: { 400: { code: 400, message: 'one' }, 409: 'two', 422: ['three', { msg: 'four' }] } },
    { code: '400', messages: ['one', 'two', 'three', 'four'] },
  ],
  ['errors as texts', { errors: ['one', 'two'] }, { messages: ['one', 'two'] }],
  ['errors as one text', { errors: 'one' }, { messages: ['one'] }],
  [
    'errors as a map by property',
    { errors: { datasetId: 'must exist', fields: ['must not be empty'] } },
    { messages: ['must exist', 'must not be empty'] },
  ],
  [
    'the shape of OAuth (RFC 6749, 5.2)',
    { error: 'invalid_scope', error_description: 'No such scope' },
    { code: 'invalid_scope', messages: ['No such scope'] },
  ],
  ['an error with a message', { error: { message: 'one' } }, { messages: ['one'] }],
  ['an error that is a sentence', { error: 'No such dataset' }, { messages: ['No such dataset'] }],
  [
    'a type that is a placeholder',
    { type: '/placeholder/type/uri', title: 'one', status: 400 },
    { messages: ['one'] },
  ],
  [
    'a type that is about:blank (RFC 9457, 4.2.1)',
    { type: 'about:blank', title: 'one' },
    { messages: ['one'] },
  ],
  [
    'a code that is the status, beside a type that tells more',
    { errors: { 400: [{ code: 400, message: 'one' }] }, type, title: 'Bad', status: 400 },
    { code: 'UPLIB-101554-503', messages: ['one'] },
  ],
  [
    'a code that tells nothing, beside one in the list that does',
    { code: 'unknown', message: 'one', errors: [{ code: '4000071', message: 'two' }] },
    { code: '4000071', messages: ['one', 'two'] },
  ],
  [
    'a registry error in another envelope',
    {
      response: {
        body: { title: 'one', report: { registryRequestId: 'r-1', 'detailed-message': 'two' } },
      },
    },
    { messages: ['one', 'two'], requestId: 'r-1' },
  ],
  [
    'an error-chain alone',
    { 'error-chain': [{ serviceId: 'XDM', errorCode: 'XDM-1010', unixTimeStampMs: 1 }] },
    { code: 'XDM-1010' },
  ],
  // https://docs.apigee.com/api-platform/fundamentals/fault-handling
  [
    'the shape of Apigee',
    { fault: { faultstring: 'Invalid key', detail: { errorcode: 'oauth.v2.InvalidApiKey' } } },
    { code: 'oauth.v2.InvalidApiKey', messages: ['Invalid key'] },
  ],
  // https://cloud.google.com/apis/design/errors
  [
    'the shape of Google',
    { error: { code: 400, message: 'one', status: 'INVALID_ARGUMENT', details: [{ reason: 'two' }] } },
    { code: '400', messages: ['one', 'two'] },
  ],
  // https://docs.spring.io/spring-boot/reference/web/servlet.html#web.servlet.spring-mvc.error-handling
  [
    'the shape of Spring Boot',
    {
      timestamp: '2026-01-01T00:00:00.000+00:00',
      status: 400,
      error: 'Bad Request',
      message: 'one',
      path: '/p',
    },
    { messages: ['one', 'Bad Request'] },
  ],
  // https://jsonapi.org/examples/#error-objects
  [
    'the shape of JSON:API',
    { errors: [{ status: '422', code: 'J-7', source: { pointer: '/d' }, title: 'Bad', detail: 'one' }] },
    { code: 'J-7', messages: ['Bad', 'one'] },
  ],
  // https://github.com/Kong/kong/blob/master/kong/error_handlers.lua
  [
    'the shape of Kong',
    { message: 'no Route matched with those values', request_id: 'r-1' },
    { messages: ['no Route matched with those values'], requestId: 'r-1' },
  ],
  [
    'JSON in a sentence, as services send that pass on what another one said',
    { message: '{"errorMessage":"one","errorCode":"E-7"}' },
    { code: 'E-7', messages: ['one'] },
  ],
  [
    'a list of errors alone',
    [{ error_code: '400100', message: 'one' }],
    { code: '400100', messages: ['one'] },
  ],
  ['a text alone', 'one', { messages: ['one'] }],
  ['a call stack', { errors: [{ msg: 'one', callStack: 'com.adobe.aep.Logger' }] }, { messages: ['one'] }],
  ['names that every object has', JSON.parse('{"__proto__":{"message":"one"}}'), { messages: ['one'] }],
];

describe('an error of Platform', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startServiceUnderTest();
  });
  afterAll(() => service.stop());
  afterEach(() => service.emulator.misbehaviours.clear());

  it.each(shapes)('is read by what is there: %s', async (_name, body, told) => {
    const how = { kind: 'answer', status: 400, body: JSON.stringify(body) } as const;
    const { answer } = await failWith(service, 'create', how);
    expect(answer.body.upstream).toEqual({ service: 'platform', status: 400, ...told });
    expect(answer.body.detail).toBe(told.messages?.join(' ') ?? 'Platform refuses the request.');
  });

  it.each(['x-request-id', 'X-Request-Id', 'x-amzn-requestid'])(
    'has the id of the header %s where its body has none',
    async (name) => {
      const headers = { [name]: 'r-2' };
      const { answer } = await failWith(service, 'get', { kind: 'answer', status: 500, headers, body: '{}' });
      expect(answer.body.upstream).toEqual({ service: 'platform', status: 500, requestId: 'r-2' });
    },
  );

  it('is told in a few sentences, however many it has and however long and deep they are', async () => {
    let deep: unknown = { message: 'too deep' };
    for (let depth = 0; depth < 5_000; depth += 1) deep = { inner: deep };
    const errors = Array.from({ length: 10_000 }, (_, nth) => ({ message: `${nth} ${'x'.repeat(200)}` }));
    const body = { deep, message: '\u{1F600}'.repeat(4_000), errors };
    const { answer } = await failWith(service, 'get', { kind: 'answer', status: 500, body });
    expect(answer.body.upstream.messages).toHaveLength(5);
    expect(answer.text.length).toBeLessThan(4_000);
  });
});
