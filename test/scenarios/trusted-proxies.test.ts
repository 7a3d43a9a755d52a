import { afterEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { until } from '../support/driving.ts';
import { createFolder } from '../support/folder.ts';
import { writeCallers } from '../support/listed-callers.ts';
import { openRawCaller } from '../support/raw-caller.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

let service: ServiceUnderTest;
afterEach(() => service.stop());

describe('the address of a caller', () => {
  /** What a second stream of `second` gets while `first` has one: two callers are told apart, one may have one stream. */
  async function secondStream(
    env: Record<string, string>,
    first: string,
    second: string,
  ): Promise<number | undefined> {
    service = await startServiceUnderTest({ env, streams: { mostForEachCaller: 1 } });
    service.emulator.jobs.put('prod', { id: 7, status: 'NEW' });
    const open = async (from: string) => {
      const caller = await openRawCaller(service.url.replace('[::]', '127.0.0.1'));
      await caller.send(`GET /jobs/7/events HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: ${from}\r\n\r\n`);
      await until(() => caller.statuses().length === 1);
      return caller;
    };
    const callers = [await open(first), await open(second)];
    for (const { socket } of callers) socket.destroy();
    return callers[1]?.statuses()[0];
  }

  it.each([
    ['is the one that a trusted proxy names', '127.0.0.1', '192.0.2.1', '192.0.2.2', 200],
    ['is the same behind one as often as it comes', '127.0.0.1', '192.0.2.1', '192.0.2.1', 429],
    [
      'is not what a caller has told that proxy',
      '127.0.0.1',
      '1.1.1.1, 192.0.2.1',
      '2.2.2.2, 192.0.2.1',
      429,
    ],
    [
      'is found behind several proxies, all of them trusted',
      '127.0.0.1,10.0.0.0/8',
      '192.0.2.1, 10.0.0.9',
      '192.0.2.2, 10.1.1.1',
      200,
    ],
    ['is the connection’s where another one is trusted', '10.0.0.0/8', '192.0.2.1', '192.0.2.2', 429],
    ['is the connection’s where nobody is trusted', '', '192.0.2.1', '192.0.2.2', 429],
  ])('%s', async (_name, trusted, first, second, status) => {
    expect(await secondStream({ TRUSTED_PROXIES: trusted }, first, second)).toBe(status);
  });

  it('of a proxy may come as IPv4 in IPv6, as on a socket for both', async () => {
    const both = { HOST: '::', ALLOW_ANONYMOUS_CALLERS: 'true' };
    expect(await secondStream({ ...both, TRUSTED_PROXIES: '127.0.0.0/8' }, '192.0.2.1', '192.0.2.2')).toBe(
      200,
    );
    await service.stop();
    expect(await secondStream({ ...both, TRUSTED_PROXIES: '10.0.0.1' }, '192.0.2.1', '192.0.2.2')).toBe(429);
  });
});

describe('the user whom a trusted proxy names', () => {
  const start = async (env: Record<string, string>) => {
    service = await startServiceUnderTest({ env: { USER_HEADER: 'X-User', ...env } });
  };
  const userOf = async (lines: string) => {
    const caller = await openRawCaller(service.url);
    await caller.send(`GET /livez HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${lines}\r\n`);
    await until(() => caller.isClosed());
    expect(caller.statuses()).toEqual([200]);
    return service.logLines().at(-1)?.user;
  };
  const latin = (text: string) => Buffer.from(text).toString('latin1');

  it.each([
    ['is in the log line', 'x-user: ada@example.com\r\n', 'ada@example.com'],
    ['may be written in UTF-8', `x-user: ${latin('Zoë Müller 李')}\r\n`, 'Zoë Müller 李'],
    ['may be written in Latin-1', 'x-user: Zo\u00eb\r\n', 'Zoë'],
    ['stays encoded where it is', 'x-user: Zo%C3%AB%0A\r\n', 'Zo%C3%AB%0A'],
    ['of several lines is the last', 'x-user: mallory\r\nx-user: ada\r\n', 'ada'],
    [
      'has what cannot be seen masked',
      `x-user: a\tb${latin('\u0085\u202e\u2028')}c\r\n`,
      'a\ufffdb\ufffd\ufffd\ufffdc',
    ],
    ['is cut where it is too long', `x-user: ${latin('ä'.repeat(200))}\r\n`, `${'ä'.repeat(128)}…`],
    ['is nobody where the header is empty', 'x-user: \r\n', undefined],
    ['is nobody where there is none', 'x-user-2: ada\r\n', undefined],
  ])('%s', async (_name, lines, user) => {
    await start({ TRUSTED_PROXIES: '127.0.0.1' });
    expect(await userOf(lines)).toBe(user);
  });

  it('is nobody where the header comes from anybody else', async () => {
    await start({ TRUSTED_PROXIES: '10.0.0.0/8' });
    expect(await userOf('x-user: ada\r\nx-forwarded-for: 10.0.0.1\r\n')).toBeUndefined();
  });

  it('opens no door, and reaches neither Adobe nor an answer', async () => {
    await start({ TRUSTED_PROXIES: '127.0.0.1', USER_HEADER: 'x-user' });
    const { text, headers } = await request(service.url).get('/jobs').set('x-user', 'ada');
    expect(`${text}${JSON.stringify(headers)}`).not.toContain('ada');
    expect(
      JSON.stringify(service.emulator.requests.all('list').map(({ headers: sent }) => sent)),
    ).not.toContain('ada');
    await service.stop();
    using folder = createFolder();
    const path = writeCallers(folder, []);
    await start({
      TRUSTED_PROXIES: '127.0.0.1',
      USER_HEADER: 'x-user',
      CALLER_AUTH: 'mtls',
      CALLERS_FILE: path,
    });
    expect((await request(service.url).get('/jobs').set('x-user', 'ada')).status).toBe(401);
    await until(() => service.logLines().at(-1)?.user === 'ada');
  });
});
