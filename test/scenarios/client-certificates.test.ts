import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'undici';
import { type Authority, createAuthority, type Identity } from '../support/authority.ts';
import { until } from '../support/driving.ts';
import { createFolder, type Folder } from '../support/folder.ts';
import { writeCallers } from '../support/listed-callers.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { askOverTls } from '../support/tls-caller.ts';
import { makeCertificate } from '../support/trusted-certificate.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** By the machine's clock, which TLS goes by. */
const inDays = (days: number) => new Date(Date.now() + days * dayMs);

describe('a caller with a client certificate, over the service’s own TLS', () => {
  let authority: Authority;
  let [server, reader, writer, stranger, ended]: Identity[] = [];
  let ca: string;
  beforeAll(async () => {
    authority = await createAuthority();
    server = await authority.issue();
    reader = await authority.issue({ name: 'reader' });
    writer = await authority.issue({ name: 'writer' });
    stranger = await authority.issue({ name: 'stranger' });
    ended = await authority.issue({ name: 'ended', notAfterDate: inDays(30) });
    ca = authority.cert;
  });

  let folder: Folder;
  let service: ServiceUnderTest;
  beforeEach(async () => {
    folder = createFolder();
    const path = writeCallers(folder, [
      { name: 'reader', certificates: [reader?.sha256 ?? ''], permissions: ['jobs:read'] },
      { name: 'writer', certificates: [writer?.sha256 ?? ''], expires: '2026-03-01T00:00:00Z' },
      { name: 'ended', certificates: [ended?.sha256 ?? ''] },
    ]);
    service = await startServiceUnderTest({
      env: {
        CALLER_AUTH: 'mtls',
        CALLERS_FILE: path,
        TLS_CERT_FILE: folder.write('server.pem', server?.cert ?? ''),
        TLS_KEY_FILE: folder.write('server.key', server?.key ?? ''),
        TLS_CLIENT_CA_FILE: folder.write('clients.pem', ca),
      },
    });
  });
  afterEach(async () => {
    await service.stop();
    folder[Symbol.dispose]();
  });

  const bring = (identity: Identity | undefined) => ({ ca, cert: identity?.cert, key: identity?.key });

  it('is let in by the certificate’s hash, with the permissions of its entry, and named in the log', async () => {
    expect((await askOverTls(service.url, '/jobs', bring(reader))).status).toBe(200);
    const refused = await askOverTls(service.url, '/jobs', { ...bring(reader), method: 'POST' });
    expect(refused).toMatchObject({ status: 403, body: { code: 'permission-missing' } });
    const lines = () => service.logLines().filter(({ msg }) => msg === 'request');
    await until(() => lines().length === 2);
    expect(lines().map(({ caller }) => caller)).toEqual(['reader', 'reader']);
  });

  it('may be undici’s client, too', async () => {
    await using client = Object.assign(new Client(service.url, { connect: bring(reader) }), {
      [Symbol.asyncDispose]: () => client.close(),
    });
    for (const path of ['/jobs', '/livez', '/jobs']) {
      const { statusCode, body } = await client.request({ method: 'GET', path });
      await body.dump();
      expect(statusCode).toBe(200);
    }
  });

  it('is refused where its certificate is in no entry', async () => {
    const { status, headers, body } = await askOverTls(service.url, '/jobs', bring(stranger));
    expect([status, body.code]).toEqual([401, 'not-authenticated']);
    expect(headers['www-authenticate']).toMatch(/^Bearer realm="aep-jobs-bff"/);
  });

  it('is refused with a listed certificate that nobody trusted has issued, and the log says why', async () => {
    const foreign = await (await createAuthority('authority')).issue({ name: 'reader' });
    const own = await makeCertificate({ name: 'reader', notAfterDate: new Date('2030-01-01') });
    const webOnly = await authority.issue({ name: 'web', usage: { serverAuth: true } });
    const past = await authority.issue({ name: 'past', notAfterDate: new Date('2021-01-01') });
    const path = writeCallers(folder, [
      { name: 'foreign', certificates: [foreign.sha256, webOnly.sha256, past.sha256] },
    ]);
    await service.stop();
    service = await startServiceUnderTest({
      env: {
        CALLER_AUTH: 'mtls',
        CALLERS_FILE: path,
        TLS_CERT_FILE: folder.write('server.pem', server?.cert ?? ''),
        TLS_KEY_FILE: folder.write('server.key', server?.key ?? ''),
        TLS_CLIENT_CA_FILE: folder.write('clients.pem', ca),
      },
    });
    const brought = [foreign, own, webOnly, past];
    for (const { cert, key } of brought) {
      expect((await askOverTls(service.url, '/jobs', { ca, cert, key })).status).toBe(401);
      // Of TLS nothing is refused: who is not known may ask for health.
      expect((await askOverTls(service.url, '/livez', { ca, cert, key })).status).toBe(200);
    }
    const refused = service.logLines().filter(({ msg }) => msg === 'A client certificate is not valid');
    expect(new Set(refused.map(({ error }) => error))).toEqual(
      new Set([
        'CERT_SIGNATURE_FAILURE',
        'DEPTH_ZERO_SELF_SIGNED_CERT',
        'INVALID_PURPOSE',
        'CERT_HAS_EXPIRED',
      ]),
    );
  });

  it('is refused without one, and with a header that only a trusted proxy may send', async () => {
    const headers = { 'x-forwarded-client-cert': `Hash=${reader?.sha256}` };
    for (const path of ['/jobs', '/jobs/100', '/jobs/100/events']) {
      expect((await askOverTls(service.url, path, { ca })).status).toBe(401);
      expect((await askOverTls(service.url, path, { ca, headers })).status).toBe(401);
    }
    expect((await askOverTls(service.url, '/readyz', { ca })).status).toBe(200);
    // The own certificate counts whatever the header says.
    expect((await askOverTls(service.url, '/jobs', { ...bring(stranger), headers })).status).toBe(401);
    const other = { 'x-forwarded-client-cert': `Hash=${stranger?.sha256}` };
    expect((await askOverTls(service.url, '/jobs', { ...bring(reader), headers: other })).status).toBe(200);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'is still known when it resumes a session: %s',
    async (version) => {
      for (const [identity, status] of [
        [reader, 200],
        [stranger, 401],
        [undefined, 401],
      ] as const) {
        let session: Buffer | undefined;
        const onSession = (given: Buffer) => {
          session = given;
        };
        const first = await askOverTls(service.url, '/jobs', { ...bring(identity), version, onSession });
        expect([first.status, first.isResumed]).toEqual([status, false]);
        const again = await askOverTls(service.url, '/jobs', { ...bring(identity), version, session });
        expect([again.status, again.isResumed]).toEqual([status, true]);
      }
    },
  );

  it('ends with its entry or its certificate, whichever is earlier, on an open connection too', async () => {
    const [ofEntry, ofCertificate] = [writer, ended].map(
      (one) => new Client(service.url, { connect: bring(one) }),
    );
    const ask = async (client: Client | undefined) => {
      const answer = await client?.request({ method: 'GET', path: '/jobs' });
      await answer?.body.dump();
      return answer?.statusCode;
    };
    try {
      service.emulator.clock.shiftWall(Date.parse('2026-02-28T23:00:00Z') - service.emulator.clock.wallNow());
      expect([await ask(ofEntry), await ask(ofCertificate)]).toEqual([200, 200]);
      service.emulator.clock.shiftWall(2 * 60 * 60 * 1000);
      expect([await ask(ofEntry), await ask(ofCertificate)]).toEqual([401, 200]);
      service.emulator.clock.shiftWall(inDays(60).getTime() - service.emulator.clock.wallNow());
      expect([await ask(ofEntry), await ask(ofCertificate)]).toEqual([401, 401]);
    } finally {
      await Promise.all([ofEntry?.close(), ofCertificate?.close()]);
    }
  });
});
