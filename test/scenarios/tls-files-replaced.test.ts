import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Authority, createAuthority, type Identity } from '../support/authority.ts';
import { createFolder, type Folder } from '../support/folder.ts';
import { writeCallers } from '../support/listed-callers.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { askOverTls, openTlsCaller } from '../support/tls-caller.ts';

let authority: Authority;
let one: Identity;
let other: Identity;
beforeAll(async () => {
  authority = await createAuthority();
  one = await authority.issue({ name: 'one' });
  other = await authority.issue({ name: 'other' });
});

let folder: Folder;
beforeEach(() => {
  folder = createFolder();
});
afterEach(() => folder[Symbol.dispose]());

const files = () => ({
  TLS_CERT_FILE: folder.write('server.pem', one.cert),
  TLS_KEY_FILE: folder.write('server.key', one.key),
});

describe('the files of TLS, while the service runs', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await startServiceUnderTest({ env: files() });
  });
  afterEach(() => service.stop());

  const look = () => service.emulator.clock.advance(10_000);
  const told = () => service.logLines().filter(({ msg }) => /TLS|certificate/.test(String(msg)));

  /** By whose certificate a new connection is answered. */
  async function servedBy(): Promise<string> {
    const { socket } = await openTlsCaller(service.url, { ca: authority.cert });
    const { subject } = socket.getPeerCertificate();
    socket.destroy();
    return String(subject.CN);
  }

  it('are taken over when they change, without a restart', async () => {
    expect(await servedBy()).toBe('one');
    folder.write('server.pem', other.cert);
    folder.write('server.key', other.key);
    expect(await servedBy()).toBe('one');
    look();
    expect(await servedBy()).toBe('other');
    expect(told()).toEqual([expect.objectContaining({ msg: 'The TLS files have changed and are used now' })]);
  });

  it('may be looked at between the write of one and the other: nothing is said and nothing broken', async () => {
    folder.write('server.pem', other.cert);
    look();
    expect(told()).toEqual([]);
    expect(await servedBy()).toBe('one');
    folder.write('server.key', other.key);
    look();
    expect(await servedBy()).toBe('other');
    expect(told().map(({ level }) => level)).toEqual(['info']);
  });

  it('are kept as they were where the change cannot be used, which is said once', async () => {
    folder.write('server.key', 'nonsense');
    for (let times = 0; times < 5; times += 1) look();
    expect(await servedBy()).toBe('one');
    expect(told()).toEqual([
      expect.objectContaining({
        level: 'warn',
        error: 'TLS_KEY_FILE names a file without a private key in PEM (-----BEGIN PRIVATE KEY-----)',
      }),
    ]);
    folder.write('server.key', one.key);
    look();
    folder.write('server.key', 'nonsense again');
    look();
    look();
    expect(told()).toHaveLength(2);
  });

  it('are said to have expired when that comes, once', async () => {
    const { clock } = service.emulator;
    clock.shiftWall(3 * 365 * 24 * 60 * 60 * 1000);
    look();
    look();
    expect(told().map(({ msg }) => msg)).toEqual([
      'The certificate of TLS_CERT_FILE is not valid now: callers refuse it',
    ]);
  });
});

describe('the authorities of client certificates, while the service runs', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'vouch for nobody once they are taken out, by an earlier session neither: %s',
    async (version) => {
      const next = await createAuthority('next');
      const client = await authority.issue({ name: 'client' });
      const path = writeCallers(folder, [{ name: 'client', certificates: [client.sha256] }]);
      const env = {
        ...files(),
        CALLER_AUTH: 'mtls',
        CALLERS_FILE: path,
        TLS_CLIENT_CA_FILE: folder.write('clients.pem', authority.cert),
      };
      await using service = await startServiceUnderTest({ env });
      let session: Buffer | undefined;
      const onSession = (given: Buffer) => {
        session = given;
      };
      const own = { ca: authority.cert, cert: client.cert, key: client.key, version };
      expect((await askOverTls(service.url, '/jobs', { ...own, onSession })).status).toBe(200);
      folder.write('clients.pem', next.cert);
      service.emulator.clock.advance(10_000);
      const again = await askOverTls(service.url, '/jobs', { ...own, session });
      expect([again.status, again.isResumed]).toEqual([401, false]);
    },
  );
});
