import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { drive } from '../support/driving.ts';
import { startKeeping } from '../support/keeping.ts';
import { sendRaw } from '../support/raw.ts';
import type { ServiceUnderTest } from '../support/service-under-test.ts';

let service: ServiceUnderTest;
beforeEach(async () => {
  service = await startKeeping();
  service.emulator.jobs.put('prod', { id: 100, status: 'PROCESSING' });
  service.emulator.jobs.put('prod', { id: 101, status: 'SUCCEEDED' });
  for (const id of [100, 101]) await service.send('GET', `/jobs/${id}`);
});
afterEach(() => service.stop());

const raw = (path: string, ...lines: string[]) =>
  sendRaw(
    service.url,
    [`GET ${path} HTTP/1.1`, 'host: localhost', ...lines, 'connection: close', '', ''].join('\r\n'),
  );

describe('Prefer', () => {
  const ask = (prefer: string) => service.send('GET', '/jobs/100', { headers: { prefer } });

  it.each([
    // What is quoted or belongs to another preference is none (RFC 7240, 2).
    ['foo="a, wait=5"'],
    ['foo="a, wait=5'],
    ['foo; wait=5'],
    ['foo;wait=5'],
    ['respond-async; wait=5'],
    ['foo="a\\", wait=5"'],
    ['foo=bar; x="y;z", bar; wait=5'],
    // Of two the first counts, also where it has no usable value.
    ['wait=x, wait=5'],
    ['wait, wait=5'],
    ['wait="", wait=5'],
    ['wait=-5'],
    ['wait=5.5'],
    ['wait=5 s'],
    ['wait=5s'],
    ['wait=0x5'],
    ['wait=٥'],
    ['xwait=5'],
    ['x-wait=5'],
    ['wait 5'],
    ['wait:5'],
    ['wait='],
    [''],
    [', ,;'],
  ])('does not ask to wait with %j', async (prefer) => {
    const wire = Buffer.from(prefer, 'utf8').toString('latin1');
    const { status, headers } = await ask(wire);
    expect(status).toBe(200);
    expect(headers).not.toHaveProperty('preference-applied');
  });

  it.each([
    ['wait=2', 2],
    ['WAIT=2', 2],
    ['Wait = 2', 2],
    ['wait\t=\t2', 2],
    ['wait="2"', 2],
    ['wait="\\2"', 2],
    ['wait=2; foo=bar', 2],
    ['wait=2;foo="a, wait=9"', 2],
    ['respond-async, wait=2', 2],
    ['foo="a, b;c", wait=2', 2],
    ['foo="a\\"b", wait=2', 2],
    ['wait=2, wait=9', 2],
    [',,wait=2,', 2],
    ['wait=002', 2],
    // Such a number is only large (RFC 9110, 5.6.7 has the same for seconds).
    ['wait=99999999999999999999999', 60],
    [`wait=${'9'.repeat(400)}`, 60],
    // RFC 7240, 4.3 and 2: its own examples.
    ['return=minimal; foo="some parameter", wait=2', 2],
    ['priority=5, wait=2', 2],
  ])('is understood as %j', async (prefer, seconds) => {
    const { value, tookMs } = await drive(service, ask(prefer));
    expect(value.headers['preference-applied']).toBe(`wait=${seconds}`);
    expect(tookMs).toBeGreaterThanOrEqual(seconds * 1000);
  });

  it('is one list, however many lines it has: the first line counts', async () => {
    const { value } = await drive(
      service,
      raw('/jobs/100', 'prefer: respond-async', 'Prefer: wait=2', 'prefer: wait=9'),
    );
    expect(value.headers['preference-applied']).toBe('wait=2');
  });

  it('is named by Vary on a job, on 200 and on 304, whether it was sent or not', async () => {
    for (const id of [100, 101]) {
      const full = await service.send('GET', `/jobs/${id}`);
      const seen = { 'if-none-match': String(full.headers.etag) };
      const unmodified = await service.send('GET', `/jobs/${id}`, { headers: seen });
      const statuses = [full, unmodified].map(({ status, headers }) => [status, headers.vary]);
      expect(statuses).toEqual([
        [200, 'x-sandbox-name, prefer'],
        [304, 'x-sandbox-name, prefer'],
      ]);
    }
  });

  it('changes nothing of a list but how long it may take, so Vary does not name it there', async () => {
    expect((await service.send('GET', '/jobs')).headers.vary).toBe('x-sandbox-name');
  });
});

describe('Cache-Control of a request', () => {
  const cacheStatus = async (...lines: string[]) =>
    (await raw('/jobs/101', ...lines)).headers['cache-status'];

  it.each([
    ['foo="a, no-cache, b"'],
    ['foo="no-cache"'],
    ['foo="a\\", no-cache"'],
    ['foo="a, no-cache'],
    ['foo; no-cache'],
    ['no-cachex'],
    ['x-no-cache'],
    ['no cache'],
    ['no_cache'],
    // Advice that is not taken.
    ['max-age=0'],
    ['only-if-cached'],
    ['no-store'],
    [''],
  ])('does not insist with %j', async (value) => {
    expect(await cacheStatus(`cache-control: ${value}`)).toMatch(/; hit/);
  });

  it.each([
    ['no-cache'],
    ['No-Cache'],
    ['max-age=0, no-cache'],
    ['foo="a, b", no-cache'],
    ['foo="a\\"b",no-cache'],
    ['\tno-cache\t,'],
    ['no-cache="set-cookie"'],
    ['no-cache, no-cache'],
  ])('insists with %j', async (value) => {
    expect(await cacheStatus(`cache-control: ${value}`)).toMatch(/; fwd=request/);
  });

  it('is one list, however many lines it has', async () => {
    expect(await cacheStatus('cache-control: max-age=0', 'Cache-Control: no-cache')).toMatch(/; fwd=request/);
  });

  // RFC 9111, 5.4.
  it('counts before Pragma, which insists only where it stands alone', async () => {
    expect(await cacheStatus('pragma: no-cache')).toMatch(/; fwd=request/);
    expect(await cacheStatus('pragma: foo="no-cache"')).toMatch(/; hit/);
    expect(await cacheStatus('pragma: no-cache', 'cache-control: max-age=60')).toMatch(/; hit/);
  });
});

describe('Request-Timeout', () => {
  it.each(['x', '', '-1', '1e3', '5, 6', '5s', '0x5', '1.', '"5"', '5;q=1'])(
    'that cannot be understood is refused: %j',
    async (timeout) => {
      for (const path of ['/jobs/101?', '/jobs', '/jobs/101/events']) {
        const options = { headers: { 'request-timeout': timeout, prefer: 'wait=1' } };
        const { status, body } = await service.send('GET', path.replace('?', ''), options);
        expect([status, body.errors?.[0].parameter]).toEqual([400, 'request-timeout']);
      }
    },
  );
});
