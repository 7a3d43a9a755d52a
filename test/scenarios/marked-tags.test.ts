import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { drive } from '../support/driving.ts';
import { startKeeping } from '../support/keeping.ts';
import { sendRaw } from '../support/raw.ts';
import type { ServiceUnderTest } from '../support/service-under-test.ts';

describe('a tag that a gateway has changed', () => {
  let service: ServiceUnderTest;
  let tag: string;
  beforeAll(async () => {
    service = await startKeeping();
    service.emulator.jobs.put('prod', { id: 100, status: 'PROCESSING' });
    const { headers } = await service.send('GET', '/jobs/100');
    tag = String(headers.etag).replaceAll('"', '');
  });
  afterAll(() => service.stop());

  const get = (headers: Record<string, string>) => service.send('GET', '/jobs/100', { headers });
  const statusOf = async (seen: string) => (await get({ 'if-none-match': seen.replaceAll('T', tag) })).status;

  it.each([
    // Apache's mod_deflate and mod_brotli: https://bz.apache.org/bugzilla/show_bug.cgi?id=39727
    ['"T-gzip"'],
    ['"T-br"'],
    ['"T"-gzip'],
    // Jetty: https://github.com/jetty/jetty.project/issues/952
    ['"T--gzip"'],
    ['"T--br"'],
    // LiteSpeed.
    ['"T;gzip"'],
    ['"T;gz"'],
    ['"T;br"'],
    // Apache Traffic Server: https://github.com/apache/trafficserver/issues/9496
    ['"T-df"'],
    // klauspost/compress, also weak: https://github.com/klauspost/compress/pull/740
    ['W/"T-gzip"'],
    ['"T-zstd"'],
    ['"T-deflate"'],
    ['"T:0"'],
    ['"T_gzip"'],
    ['"T-gzip-gzip"'],
    ['"T;br;gz"'],
    ['W/"T"'],
    ['w/"T"'],
    ['"other", "T-gzip"'],
    ['"other-gzip",W/"T--gzip" , "more"'],
    ['"a,b", "T;br"'],
    [',, ,"T-gzip",'],
    // A backslash in a tag means itself (RFC 9110, 8.8.3), so the quote after it ends the tag.
    ['"back\\", "T-gzip"'],
  ])('is still ours as %s', async (seen) => {
    expect(await statusOf(seen)).toBe(304);
  });

  it.each([
    ['"Tgzip"'],
    ['"T2"'],
    ['"-gzip"'],
    ['"--gzip"'],
    ['"gzip-T"'],
    ['"other-gzip"'],
    ['"x, T-gzip, y"'],
    ['"a\\"T"'],
    ['T-gzip'],
    ['T'],
    ['W/T'],
    ['"*"'],
    [''],
    [','],
    ['"T'],
  ])('is not seen in %s', async (seen) => {
    expect(await statusOf(seen)).toBe(200);
  });

  it('names no other state, whichever tags there are: none begins with another', async () => {
    expect(await statusOf(`"${tag.slice(0, -1)}-gzip"`)).toBe(200);
    service.emulator.jobs.put('prod', { id: 101, status: 'PROCESSING' });
    const other = (await service.send('GET', '/jobs/101')).headers.etag ?? '';
    expect(other).toHaveLength(tag.length + 2);
    expect(await statusOf(other.replace(/"$/, '-gzip"'))).toBe(200);
  });

  it('is ours on a list, too', async () => {
    const { headers } = await service.send('GET', '/jobs');
    const seen = String(headers.etag).replace(/"$/, '-gzip"');
    expect((await service.send('GET', '/jobs', { headers: { 'if-none-match': seen } })).status).toBe(304);
  });

  it.each(['"T-gzip"', '"T--gzip"', '"T;gzip"', 'W/"T-br"'])(
    'keeps a caller waiting for as long as it prefers, as %s',
    async (seen) => {
      const call = get({ 'if-none-match': seen.replace('T', tag), prefer: 'wait=2' });
      const { value, tookMs } = await drive(service, call);
      expect([value.status, value.headers['preference-applied']]).toEqual([304, 'wait=2']);
      expect(tookMs).toBeGreaterThanOrEqual(2_000);
    },
  );

  it('is found in any of several header lines', async () => {
    const lines = ['if-none-match: "other"', `if-none-match: W/"${tag}--gzip"`, 'connection: close'];
    const request = ['GET /jobs/100 HTTP/1.1', 'host: localhost', ...lines, '', ''].join('\r\n');
    expect((await sendRaw(service.url, request)).status).toBe(304);
  });
});
