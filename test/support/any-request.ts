import fc from 'fast-check';
import { adobesForm, oursForm } from './any-job.ts';

/** Stands in every header that a caller sends, and must be seen nowhere else. It is no request id. */
export const mark = 'canary~caller';

const targetCharacter = fc.oneof(
  fc.constantFrom(...'/.?#&=%;:@\\_-~+7a'),
  fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  fc.integer({ min: 0x80, max: 0xff }).map((code) => String.fromCharCode(code)),
);
const free = fc.string({ unit: targetCharacter, maxLength: 20 });
const id = fc.oneof(
  fc.constantFrom('7', '100', '404', 'a_-b', '7/', '..', '.', '%2e%2e', '..%2f..', '%2F', '%00', '7%20'),
  fc.constantFrom(
    '7?limit=1',
    '7#x',
    '%',
    '%zz',
    '7;a',
    '\\..\\',
    '//',
    '7%0d%0ax:y',
    '%e2%80%a8',
    'x'.repeat(129),
  ),
  free,
);
const query = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        'limit',
        'offset',
        'status',
        'sandbox',
        'lastEventId',
        'x',
        '__proto__',
        'sort',
        'property',
        'duplicate',
        'dryRun',
      ),
      fc.oneof(
        fc.constantFrom(
          '1',
          '25',
          '1000',
          '0',
          'true',
          'reuse',
          'NEW',
          'SUCCEEDED',
          'prod',
          'dev',
          '1538573416687_722',
          '',
        ),
        fc.string({ unit: 'binary', maxLength: 20 }).map((text) => encodeURIComponent(text.toWellFormed())),
        free,
      ),
    ),
    { maxLength: 3 },
  )
  .map((pairs) => (pairs.length === 0 ? '' : `?${pairs.map((pair) => pair.join('=')).join('&')}`));
const target = fc
  .tuple(
    fc.constantFrom('/jobs', '/jobs/', '/JOBS', '/jobs//', '/jobs/../jobs', 'http://localhost/jobs'),
    fc.oneof(
      fc.constant(''),
      id.map((one) => `/${one}`),
    ),
    fc.constantFrom('', '', '', '/events', '/', '/x'),
    query,
  )
  .map((parts) => parts.join(''));

const headerText = fc
  .string({
    unit: fc
      .integer({ min: 0x20, max: 0xff })
      .filter((code) => code !== 0x7f)
      .map((code) => String.fromCharCode(code)),
    maxLength: 30,
  })
  .map((text) => `${mark} ${text}`);
const credential = fc.constantFrom(
  ...[
    `Bearer ${mark}`,
    `bearer   ${mark}==`,
    `Basic ${mark}`,
    'Bearer',
    'Bearer  ',
    `Bearer ${mark} ${mark}`,
  ],
  ...[
    `Bearer eyJhbGciOiJub25lIn0.${mark}.`,
    `Bearer ${mark},Bearer ${mark}`,
    `DPoP ${mark}`,
    mark.repeat(500),
  ],
);
/** Headers that say who somebody is, where a request came from, or what Platform reads itself. */
const headerNames = [
  ...['authorization', 'x-caller-key', 'proxy-authorization', 'cookie', 'x-sandbox-name', 'x-request-id'],
  ...['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-prefix', 'forwarded', 'via'],
  ...['x-forwarded-client-cert', 'x-api-key', 'x-gw-ims-org-id', 'x-profile-instance-id', 'x-real-ip'],
  ...['accept', 'user-agent', 'referer', 'traceparent', 'x-original-url', 'x-http-method-override'],
];
const header = fc.oneof(
  fc.tuple(fc.constantFrom(...headerNames), fc.oneof(headerText, credential)),
  fc.tuple(fc.constant('x-sandbox-name'), fc.constantFrom('prod', 'dev', 'Prod', 'prod,dev', '', 'prod ')),
);
const headers = fc.array(header, { maxLength: 5 });

const body = fc.oneof(
  oursForm.map((job) => JSON.stringify(job)),
  adobesForm.map((job) => JSON.stringify(job)),
  fc.json({ maxDepth: 4 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', '{"datasetId":"d","allProfiles":true}', '{"__proto__":{"allProfiles":true}}'),
);
const type = fc.constantFrom(
  'application/json',
  'application/json',
  'application/json;charset=utf-8',
  'text/plain',
  '',
);
const method = fc.constantFrom('GET', 'GET', 'HEAD', 'POST', 'DELETE', 'PUT', 'PATCH', 'OPTIONS', 'PROPFIND');
const anyRequest = fc.record({ method, target, headers, body, type });
/** As above, but for the right path, so that it comes further. */
const change = fc.record({
  method: fc.constantFrom('POST', 'DELETE'),
  headers,
  body: fc.oneof(body, fc.constant('{"datasetId":"d","allProfiles":true}')),
  type,
});
/** For one job, whatever its id, with nothing else in the way. */
const read = fc.record({
  method: fc.constantFrom('GET', 'GET', 'HEAD', 'DELETE'),
  target: id.map((one) => `/jobs/${one}`),
  headers: fc.array(header, { maxLength: 1 }),
  body: fc.constant(''),
  type: fc.constant(''),
});
export const request = fc.oneof(
  anyRequest,
  read,
  change.map((one) => ({ ...one, target: one.method === 'POST' ? '/jobs' : '/jobs/8' })),
);
export type AnyRequest = typeof request extends fc.Arbitrary<infer Value> ? Value : never;

/** What goes over the wire. */
export function toBytes(one: AnyRequest): string {
  const hasBody = !['GET', 'HEAD', 'OPTIONS'].includes(one.method);
  const bytes = hasBody ? Buffer.from(one.body.toWellFormed()) : Buffer.alloc(0);
  const own = ['host: localhost', 'connection: close'];
  if (hasBody) own.push(`content-length: ${bytes.length}`, `content-type: ${one.type}`);
  const lines = [...own, ...one.headers.map(([name, value]) => `${name}: ${value}`)];
  return `${one.method} ${one.target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${bytes.toString('latin1')}`;
}
