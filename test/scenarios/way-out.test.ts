import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { startProgram } from '../support/program.ts';
import { emulatorEnv, jwtEnv } from '../support/service-under-test.ts';
import { type ForwardProxy, startProxy, startTlsFront, type TlsFront } from '../support/tls-proxy.ts';

/** The way to Adobe from inside of a company: https, a certificate authority of its own, and a proxy. */
describe('the way out', () => {
  let emulator: Emulator;
  let front: TlsFront;
  let proxy: ForwardProxy;
  let folder: string;
  beforeEach(async () => {
    emulator = await startEmulator();
    front = await startTlsFront(emulator.url);
    proxy = await startProxy();
    folder = mkdtempSync(join(tmpdir(), 'ca-'));
    writeFileSync(join(folder, 'ca.pem'), front.certificate);
  });
  afterEach(async () => {
    await proxy[Symbol.asyncDispose]();
    await front[Symbol.asyncDispose]();
    await emulator.close();
    rmSync(folder, { recursive: true });
  });

  async function list(env: Record<string, string>) {
    const base = { ...emulatorEnv(emulator), IMS_URL: front.url, PLATFORM_URL: front.url };
    await using program = startProgram('src/main.ts', { env: { ...base, ...env } });
    const [, url] = await program.waitFor(/"url":"(http[^"]+)"/);
    const answer = await fetch(`${url}/jobs`);
    return { status: answer.status, body: Object(await answer.json()), output: program.output() };
  }

  const trusted = () => ({ NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') });
  const here = () => new URL(front.url).host;

  it('leads over https, with an authority that NODE_EXTRA_CA_CERTS names', async () => {
    expect((await list(trusted())).status).toBe(200);
    expect(proxy.tunnels).toEqual([]);
  });

  it('does not lead to a server that nobody vouches for', async () => {
    expect((await list({})).body).toMatchObject({ status: 503, code: 'token-unavailable' });
    expect(emulator.requests.all()).toEqual([]);
  });

  it.each(['HTTPS_PROXY', 'https_proxy'])(
    'leads through %s, for the token and for Platform',
    async (name) => {
      expect((await list({ ...trusted(), [name]: proxy.url })).status).toBe(200);
      expect(proxy.tunnels).toEqual([here(), here()]);
    },
  );

  it('leads past the proxy to what NO_PROXY names', async () => {
    const answer = await list({ ...trusted(), HTTPS_PROXY: proxy.url, NO_PROXY: 'localhost' });
    expect(answer.status).toBe(200);
    expect(proxy.tunnels).toEqual([]);
  });

  it('leads through the proxy for a JWT credential too', async () => {
    // The audience of the assertion is the address by which the service knows IMS.
    const env = { ...trusted(), ...jwtEnv(emulator), HTTPS_PROXY: proxy.url };
    const { body, output } = await list(env);
    expect(body).toMatchObject({ code: 'credential-refused', upstream: { code: 'invalid_token' } });
    expect(output).not.toContain('UnhandledPromise');
    expect(proxy.tunnels).toEqual([here()]);
  });
});
