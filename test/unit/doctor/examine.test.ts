import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Emulator, startEmulator } from '../../../emulator/emulator.ts';
import { loadSettings } from '../../../src/config/load-settings.ts';
import { createCredential } from '../../../src/credential.ts';
import { examine } from '../../../src/doctor/examine.ts';
import type { Finding } from '../../../src/doctor/finding.ts';
import { createAgents } from '../../../src/ims/proxy.ts';
import { silentLog } from '../../../src/observability/log.ts';
import { until } from '../../support/driving.ts';
import { emulatorEnv, jwtEnv } from '../../support/service-under-test.ts';

/** Accepts connections, and never says a word. */
async function startMute(): Promise<Server> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe('the doctor never hangs', () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(() => emulator.close());

  function examined(env: Record<string, string>, ims: { timeoutMs: number }): AsyncGenerator<Finding> {
    const read = loadSettings({ env: { ...emulatorEnv(emulator), ADOBE_SANDBOXES: 'prod', ...env } });
    const settings = { ...read, ims: { ...read.ims, ...ims } };
    const { clock } = emulator;
    const agents = createAgents(settings.ims.url, settings.proxy);
    const parts = { log: silentLog, clock, random: Math.random, agents };
    const issuer = createCredential(settings, parts);
    return examine(settings, { issuer, agents, clock });
  }

  async function marks(findings: AsyncGenerator<Finding>): Promise<string[]> {
    const seen: string[] = [];
    for await (const { mark } of findings) seen.push(mark);
    return seen;
  }

  it.each(['IMS_URL', 'PLATFORM_URL'])('with a server at %s that is mute', async (variable) => {
    await using mute = await startMute();
    const url = `http://127.0.0.1:${(mute.address() as AddressInfo).port}`;
    const connected = once(mute, 'connection');
    const seen = marks(examined({ [variable]: url }, { timeoutMs: 3_000 }));
    const [socket] = await connected;
    emulator.clock.advance(variable === 'IMS_URL' ? 3_000 : 30_000);
    expect((await seen)[variable === 'IMS_URL' ? 1 : 2]).toBe('fails');
    expect(emulator.clock.alarms()).toBe(0);
    socket.destroy();
  });

  it.each(['hang', 'hang-in-body'] as const)('with a token exchange that does this: %s', async (kind) => {
    emulator.misbehaviours.add({ route: 'token', how: { kind } });
    const seen = marks(examined({}, { timeoutMs: 3_000 }));
    await until(() => emulator.requests.all('token').length === 1);
    emulator.clock.advance(3_000);
    expect((await seen)[4]).toBe('fails');
  });

  it('with an exchange of an assertion that hangs', async () => {
    emulator.misbehaviours.add({ route: 'jwt', how: { kind: 'hang' } });
    const seen = marks(examined(jwtEnv(emulator), { timeoutMs: 3_000 }));
    await until(() => emulator.requests.all('jwt').length === 1);
    emulator.clock.advance(3_000);
    expect((await seen)[4]).toBe('fails');
  });

  it('with a list that hangs', async () => {
    emulator.misbehaviours.add({ route: 'list', how: { kind: 'hang-in-body' } });
    const seen = marks(examined({}, { timeoutMs: 3_000 }));
    await until(() => emulator.requests.all('list').length === 1);
    emulator.clock.advance(30_000);
    expect((await seen).slice(6)).toEqual(['skipped', 'skipped', 'fails']);
  });
});
