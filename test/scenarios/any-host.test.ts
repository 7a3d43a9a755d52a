import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sendRaw } from '../support/raw.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const name = fc.constantFrom(
  'localhost',
  'LOCALHOST',
  'a.localhost',
  '127.0.0.1',
  '[::1]',
  'evil.example',
  '10.0.0.1',
);
const authority = fc
  .tuple(
    fc.constantFrom('', 'evil.example@', 'a.', '.'),
    name,
    fc.constantFrom('', '.', ':', ':80', ':99999', '.evil.example', '@evil.example', ' ', '\\', '%00'),
  )
  .map((parts) => parts.join(''));
/** What a header can hold; anything else never becomes one. */
const anything = fc.string({ unit: 'grapheme-ascii' });
const host = fc.oneof(authority, anything);
const origin = fc.oneof(
  fc
    .tuple(fc.constantFrom('http', 'https', 'file'), authority)
    .map(([scheme, host]) => `${scheme}://${host}`),
  fc.constant('null'),
  anything,
);
const site = fc.oneof(fc.constantFrom('same-origin', 'same-site', 'cross-site', 'none'), anything);

/** By another way than the service's: what a browser makes of it. */
function isThisMachine(host: string): boolean {
  if (!URL.canParse(`http://${host}`)) return false;
  const { hostname } = new URL(`http://${host}`);
  return /^(?:(?:.+\.)?localhost\.?|127\.0\.0\.1|\[::1\])$/.test(hostname);
}

describe('any Host, Origin and Sec-Fetch-Site', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startServiceUnderTest();
  });
  afterAll(() => service.stop());

  it('gets no answer but 201, 400 and 403, and an export only where a browser would take the host for this machine', async () => {
    await fc.assert(
      fc.asyncProperty(host, fc.option(origin), fc.option(site), async (host, origin, site) => {
        const body = '{"datasetId":"d","segments":["s"]}';
        const answer = await sendRaw(
          service.url,
          [
            'POST /jobs HTTP/1.1',
            `host: ${host}`,
            ...(origin === null ? [] : [`origin: ${origin}`]),
            ...(site === null ? [] : [`sec-fetch-site: ${site}`]),
            'content-type: application/json',
            `content-length: ${body.length}`,
            'connection: close',
            '',
            body,
          ].join('\r\n'),
        );
        expect([201, 400, 403]).toContain(answer.status);
        if (answer.status !== 201) return;
        expect(isThisMachine(host.trim())).toBe(true);
        if (site !== null) expect(['same-origin', 'none']).toContain(site.trim());
        else if (origin !== null) expect(URL.canParse(origin.trim())).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
