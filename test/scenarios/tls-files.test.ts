import { createPrivateKey } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SettingsError } from '../../src/config/settings-error.ts';
import { readTlsFiles } from '../../src/config/tls-files.ts';
import { type Authority, createAuthority, type Identity } from '../support/authority.ts';
import { createFolder, type Folder } from '../support/folder.ts';
import { writeCallers } from '../support/listed-callers.ts';
import { startProgram } from '../support/program.ts';
import { startServiceUnderTest } from '../support/service-under-test.ts';
import { enough, read } from '../support/settings-under-test.ts';
import { askOverTls } from '../support/tls-caller.ts';

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

const mtls = () => ({ CALLER_AUTH: 'mtls', CALLERS_FILE: writeCallers(folder, []) });
const files = () => ({
  TLS_CERT_FILE: folder.write('server.pem', one.cert),
  TLS_KEY_FILE: folder.write('server.key', one.key),
});

describe('the files of TLS, at the start', () => {
  const locked = (): string =>
    createPrivateKey(one.key)
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'hush' })
      .toString();
  const damaged = (): string => one.cert.replace(/\n.{8}/, '\nAAAAAAAA');

  /** What `serve` is refused with. */
  function faultsOf(env: Readonly<Record<string, string>>): string {
    // Which is of no use without mtls.
    const settings = read({ ...files(), ...env, ...(env.TLS_CLIENT_CA_FILE !== undefined && mtls()) });
    if (!('tls' in settings)) throw new Error(settings.join());
    try {
      readTlsFiles(settings.tls);
      return '';
    } catch (error) {
      return error instanceof SettingsError ? error.message : 'another error';
    }
  }

  const faulty: readonly [string, string, (() => string) | undefined, string][] = [
    ['is not there', 'TLS_CERT_FILE', undefined, 'TLS_CERT_FILE names a file that cannot be read (ENOENT)'],
    ['is empty', 'TLS_KEY_FILE', () => '\n', 'TLS_KEY_FILE names an empty file'],
    ['holds no certificate', 'TLS_CERT_FILE', () => one.key, 'without a certificate in PEM'],
    ['holds a damaged certificate', 'TLS_CERT_FILE', damaged, 'names a file whose certificate 1 is damaged'],
    ['holds no key', 'TLS_KEY_FILE', () => one.cert, 'without a private key in PEM'],
    [
      'holds a key with a passphrase',
      'TLS_KEY_FILE',
      locked,
      'names a key with a passphrase: save it without',
    ],
    ['holds another’s key', 'TLS_KEY_FILE', () => other.key, 'does not belong to the first certificate'],
    [
      'has the authority’s certificate first',
      'TLS_CERT_FILE',
      () => authority.cert + one.cert,
      'TLS_KEY_FILE names a key that does not belong to the first certificate of TLS_CERT_FILE',
    ],
    [
      'holds no authority',
      'TLS_CLIENT_CA_FILE',
      () => 'x',
      'TLS_CLIENT_CA_FILE names a file without a certificate',
    ],
    [
      'holds whom the whole web trusts',
      'TLS_CLIENT_CA_FILE',
      () => authority.cert.repeat(200),
      'TLS_CLIENT_CA_FILE names a file of more than 64 kB',
    ],
  ];
  it.each(faulty)('are refused with a sentence where one %s', async (_name, variable, content, sentence) => {
    const path = content === undefined ? '/none/such.pem' : folder.write('faulty.pem', content());
    expect(faultsOf({ [variable]: path })).toContain(sentence);
    // By mistake a path may be the secret itself.
    expect(faultsOf({ [variable]: path })).not.toContain(path);
  });

  it('are refused all at once, before the service listens, and by --check too', async () => {
    const none = { TLS_CERT_FILE: '/none', TLS_KEY_FILE: '/none', TLS_CLIENT_CA_FILE: '/none' };
    expect(faultsOf(none)).toMatch(/^TLS_CERT_FILE .*\nTLS_KEY_FILE .*\nTLS_CLIENT_CA_FILE .*$/);
    for (const args of [[], ['--check']]) {
      await using program = startProgram('src/main.ts', {
        env: { ...enough, ...mtls(), PORT: '0', ...none },
        args,
      });
      expect(await program.ended()).toBe(1);
      expect(program.output()).toMatch(/^The settings cannot be used:\n {2}TLS_CERT_FILE names a file that/);
    }
  });

  it('may hold a certificate that has expired, which is said, because a restart must not make it worse', async () => {
    const past = await authority.issue({ notAfterDate: new Date('2025-12-31') });
    const env = {
      TLS_CERT_FILE: folder.write('server.pem', past.cert),
      TLS_KEY_FILE: folder.write('server.key', past.key),
    };
    await using service = await startServiceUnderTest({ env });
    expect(service.logLines().filter(({ level }) => level === 'warn')).toEqual([
      expect.objectContaining({
        msg: 'The certificate of TLS_CERT_FILE is not valid now: callers refuse it',
        expires: '2025-12-31T00:00:00.000Z',
      }),
    ]);
    const ask = () => askOverTls(service.url, '/livez', { ca: authority.cert });
    await expect(ask()).rejects.toMatchObject({ code: 'CERT_HAS_EXPIRED' });
  });
});
