import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import request, { type Response } from 'supertest';
import { type Authority, createAuthority, type Identity } from '../support/authority.ts';
import { createFolder } from '../support/folder.ts';
import { type Entry, writeCallers } from '../support/listed-callers.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { askOverTls } from '../support/tls-caller.ts';

const hash = 'c'.repeat(64);
const entries: Entry[] = [{ name: 'client', certificates: [hash], permissions: ['jobs:read'] }];

describe('a client certificate that a gateway has verified', () => {
  let service: ServiceUnderTest | undefined;
  const folder = createFolder();
  afterEach(() => service?.stop());

  async function start(env: Record<string, string>, listed = entries): Promise<ServiceUnderTest> {
    const path = writeCallers(folder, listed);
    service = await startServiceUnderTest({
      env: { CALLER_AUTH: 'mtls', CALLERS_FILE: path, ...env },
    });
    return service;
  }
  const named = (header: string) => ({ headers: { 'x-forwarded-client-cert': header } });

  function ask(header?: string, more: Readonly<Record<string, string>> = {}): Promise<Response> {
    const call = request(service?.url ?? '')
      .get('/jobs')
      .set(more);
    return header === undefined ? call : call.set('x-forwarded-client-cert', header);
  }

  it('lets a caller in where the gateway is trusted', async () => {
    const { url, logLines } = await start({ TRUSTED_PROXIES: '10.0.0.0/8,127.0.0.1' });
    expect((await ask(`By=p;Hash=${hash};Subject="CN=a, b"`)).status).toBe(200);
    expect(logLines().at(-1)).toMatchObject({ caller: 'client' });
    const refused = await request(url)
      .delete('/jobs/1')
      .set(named(`Hash=${hash}`).headers);
    expect(refused.body).toMatchObject({ status: 403, code: 'permission-missing' });
    expect((await ask()).status).toBe(401);
    expect((await ask(`Hash=${'d'.repeat(64)}`)).status).toBe(401);
    expect((await ask('nonsense')).status).toBe(401);
  });

  it('is nothing where the header comes from anybody else', async () => {
    await start({ TRUSTED_PROXIES: '10.0.0.0/8' });
    // Neither does it help to say that one is the gateway.
    const { status } = await ask(`Hash=${hash}`, { 'x-forwarded-for': '10.0.0.1' });
    expect(status).toBe(401);
  });

  it('is the one that the gateway has added, not one that the caller brought', async () => {
    await start({ TRUSTED_PROXIES: '127.0.0.1' });
    const added = `By=p;Hash=${'d'.repeat(64)};Subject="/CN=mallory"`;
    for (const brought of [`Hash=${hash}`, `Hash=${hash};Subject="`, `Hash=${hash};Subject="\\`]) {
      expect((await ask(`${brought},${added}`)).status).toBe(401);
    }
    expect((await ask(`${added},Hash=${hash}`)).status).toBe(200);
  });

  it('ends with its entry', async () => {
    const listed = [{ ...entries[0], name: 'client', certificates: [hash], expires: '2026-01-02T00:00:00Z' }];
    const { emulator } = await start({ TRUSTED_PROXIES: '127.0.0.1' }, listed);
    expect((await ask(`Hash=${hash}`)).status).toBe(200);
    emulator.clock.shiftWall(25 * 60 * 60 * 1000);
    expect((await ask(`Hash=${hash}`)).status).toBe(401);
  });

  describe('by a gateway that has a certificate of its own', () => {
    let authority: Authority;
    let gateway: Identity;
    beforeAll(async () => {
      authority = await createAuthority();
      gateway = await authority.issue({ name: 'gateway' });
    });

    it('is its caller’s and never the gateway’s, not even where it cannot be read', async () => {
      const server = await authority.issue();
      const listed = [...entries, { name: 'gateway', certificates: [gateway.sha256] }];
      const { url } = await start(
        {
          TRUSTED_PROXIES: '127.0.0.1',
          TLS_CERT_FILE: folder.write('server.pem', server.cert),
          TLS_KEY_FILE: folder.write('server.key', server.key),
          TLS_CLIENT_CA_FILE: folder.write('clients.pem', authority.cert),
        },
        listed,
      );
      const own = { ca: authority.cert, cert: gateway.cert, key: gateway.key };
      const ask = async (header?: string) =>
        (
          await askOverTls(url, '/jobs', {
            ...own,
            ...(header !== undefined && named(header)),
            method: 'DELETE',
          })
        ).body;
      expect((await ask(`Hash=${hash}`)).code).toBe('method-not-allowed');
      for (const header of ['nonsense', '', `Hash=${'d'.repeat(64)}`])
        expect((await ask(header)).code).toBe('not-authenticated');
      // As for a caller without a certificate.
      expect((await ask()).code).toBe('not-authenticated');
    });
  });
});
