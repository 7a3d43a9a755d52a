import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { jwtEnv, type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const right = 'emulator-secret';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secret-'));
  path = join(folder, 'secret');
});
afterEach(() => rmSync(folder, { recursive: true }));

const list = async (service: ServiceUnderTest) => (await service.send('GET', '/jobs')).status;
const warnings = (service: ServiceUnderTest) =>
  service.logLines().filter(({ level, path: file }) => level === 'warn' && file === path);
const write = (text: string | Buffer) => writeFileSync(path, text);

describe('a secret file that is replaced while the service runs', () => {
  // A rename, as an editor does it, and what PowerShell, a mistake and a half-done mount leave there.
  it.each<[string, () => void, string]>([
    ['in UTF-16', () => write(Buffer.from(`\ufeff${right}\r\n`, 'utf16le')), 'UTF-16'],
    ['in UTF-16 without a mark', () => write(Buffer.from(right, 'utf16le')), 'UTF-16'],
    ['in Latin-1', () => write(Buffer.from('gr\u00fcn', 'latin1')), 'NOT_UTF8'],
    ['with quotes around the secret', () => write(`"${right}"`), 'NOT_A_SECRET'],
    ['of two lines', () => write(`${right}\n${right}`), 'NOT_A_SECRET'],
    ['that is empty', () => write(' \r\n'), 'EMPTY'],
    ['without an end', () => write(Buffer.alloc(100_000, 'x')), 'TOO_LARGE'],
    ['that is a folder', () => [rmSync(path), mkdirSync(path)], 'NOT_A_FILE'],
    ['that is a link to nothing', () => [rmSync(path), symlinkSync('nowhere', path)], 'ENOENT'],
    ['that is a device', () => [rmSync(path), symlinkSync('/dev/zero', path)], 'NOT_A_FILE'],
  ])('by one %s leaves the last good value in use, and is told once', async (_name, damage, reason) => {
    write(right);
    await using service = await startServiceUnderTest({
      env: { ADOBE_CLIENT_SECRET: '', ADOBE_CLIENT_SECRET_FILE: path },
    });
    expect(await list(service)).toBe(200);
    damage();
    for (let times = 0; times < 3; times += 1) {
      service.emulator.tokens.revokeAll();
      service.emulator.clock.advance(60_000);
      expect(await list(service)).toBe(200);
    }
    const sent = service.emulator.requests.all('token').map(({ body }) => Object(body).client_secret);
    expect(new Set(sent)).toEqual(new Set([right]));
    expect(warnings(service)).toEqual([expect.objectContaining({ reason })]);
    expect(JSON.stringify(service.logLines())).not.toContain(right);
  });

  it('is told again when it is damaged in another way, or once more after it was well', async () => {
    write(right);
    await using service = await startServiceUnderTest({
      env: { ADOBE_CLIENT_SECRET: '', ADOBE_CLIENT_SECRET_FILE: path },
    });
    for (const text of [Buffer.from(right, 'utf16le'), '', right, '']) {
      write(text);
      service.emulator.tokens.revokeAll();
      service.emulator.clock.advance(60_000);
      expect(await list(service)).toBe(200);
    }
    expect(warnings(service).map(({ reason }) => reason)).toEqual(['UTF-16', 'EMPTY', 'EMPTY']);
  });

  it('takes effect with a byte order mark and a CRLF too, and after a rename', async () => {
    write('an-old-secret');
    await using service = await startServiceUnderTest({
      env: { ADOBE_CLIENT_SECRET: '', ADOBE_CLIENT_SECRET_FILE: path },
    });
    expect(await list(service)).toBe(503);
    const other = join(folder, 'other');
    writeFileSync(other, `\ufeff${right}\r\n`);
    chmodSync(other, 0o400);
    renameSync(other, path);
    expect(await list(service)).toBe(200);
    expect(warnings(service)).toEqual([]);
  });

  // How Kubernetes replaces a mounted secret, which has blinded many a watcher: https://github.com/cilium/cilium/pull/13636
  it('takes effect when the link to its folder is moved, as Kubernetes does it', async () => {
    const [first, second, data] = [join(folder, '..one'), join(folder, '..two'), join(folder, '..data')];
    for (const [version, text] of [
      [first, 'an-old-secret'],
      [second, right],
    ] as const) {
      mkdirSync(version);
      writeFileSync(join(version, 'secret'), text);
    }
    symlinkSync(first, data);
    symlinkSync(join('..data', 'secret'), path);
    await using service = await startServiceUnderTest({
      env: { ADOBE_CLIENT_SECRET: '', ADOBE_CLIENT_SECRET_FILE: path },
    });
    expect(await list(service)).toBe(503);
    symlinkSync(second, join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), data);
    expect(await list(service)).toBe(200);
    expect(warnings(service)).toEqual([]);
  });

  it('may be a private key in UTF-16, and the last good key stays', async () => {
    await using service = await startServiceUnderTest((emulator) => {
      write(emulator.credential.privateKey.replaceAll('\n', '\r\n'));
      return { env: { ...jwtEnv(emulator), ADOBE_PRIVATE_KEY: '', ADOBE_PRIVATE_KEY_FILE: path } };
    });
    expect(await list(service)).toBe(200);
    write(Buffer.from(`\ufeff${service.emulator.credential.privateKey}`, 'utf16le'));
    service.emulator.tokens.revokeAll();
    service.emulator.clock.advance(60_000);
    expect(await list(service)).toBe(200);
    expect(warnings(service)).toEqual([expect.objectContaining({ reason: 'UTF-16' })]);
  });
});
