import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startEmulator } from '../../emulator/emulator.ts';
import {
  allWell,
  type DoctorUnderTest,
  otherSecret,
  startDoctorUnderTest,
} from '../support/doctor-under-test.ts';
import { jwtEnv } from '../support/service-under-test.ts';
import { startProxy, startTlsFront } from '../support/tls-proxy.ts';

let doctor: DoctorUnderTest;
beforeEach(async () => {
  doctor = await startDoctorUnderTest();
});
afterEach(() => doctor.close());

describe('the doctor, on the way out', () => {
  it('says that nothing listens where IMS should be, and looks at Platform all the same', async () => {
    const gone = await startEmulator();
    await gone.close();
    const { code, marks, failures } = await doctor.run({ IMS_URL: gone.url });
    expect([code, marks]).toEqual([1, ['ok', 'fails', 'ok', ...Array(7).fill('skipped')]]);
    expect(failures).toEqual([
      `fails    connection to IMS: Nothing listens at ${gone.url} (ECONNREFUSED). Who can fix it: operator. How: Check IMS_URL.`,
    ]);
  });

  it('says which name does not resolve', async () => {
    const { code, marks, failures } = await doctor.run({ PLATFORM_URL: 'https://platform.invalid' });
    expect([code, marks]).toEqual([1, ['ok', 'ok', 'fails', 'ok', 'ok', 'ok', ...Array(4).fill('skipped')]]);
    expect(failures[0]).toMatch(
      /^fails {4}connection to Platform: The name platform\.invalid does not resolve \((ENOTFOUND|EAI_AGAIN)\)\. .*operator\. How: Check PLATFORM_URL and DNS\.$/,
    );
  });

  describe('by https', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'ca-'));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    async function front() {
      const tls = await startTlsFront(doctor.emulator.url);
      const path = join(folder, 'ca.pem');
      writeFileSync(path, tls.certificate);
      return { tls, urls: { IMS_URL: tls.url, PLATFORM_URL: tls.url }, trust: { NODE_EXTRA_CA_CERTS: path } };
    }

    it('says that no trusted authority has signed a certificate, and works when one has', async () => {
      const { tls, urls, trust } = await front();
      await using _front = tls;
      const { code, marks, failures } = await doctor.run(urls);
      expect([code, marks]).toEqual([1, ['ok', 'fails', 'fails', ...Array(7).fill('skipped')]]);
      expect(failures[0]).toMatch(/has signed the certificate .*operator\. How: .* NODE_EXTRA_CA_CERTS/);
      expect((await doctor.run({ ...urls, ...trust })).lines).toEqual(allWell);
    });

    it('goes through the proxy, with everything', async () => {
      const { tls, urls, trust } = await front();
      await using _front = tls;
      await using proxy = await startProxy();
      const { lines } = await doctor.run({ ...urls, ...trust, HTTPS_PROXY: proxy.url });
      expect(lines).toEqual(allWell);
      expect(new Set(proxy.tunnels)).toEqual(new Set([new URL(tls.url).host]));
      // Looking at IMS and at Platform, the token, and the lists, which may share a connection.
      expect(proxy.tunnels.length).toBeGreaterThanOrEqual(4);
    });

    it('goes through the proxy with an assertion too', async () => {
      const { tls, urls, trust } = await front();
      await using _front = tls;
      await using proxy = await startProxy();
      const env = { ...urls, ...trust, ...jwtEnv(doctor.emulator), HTTPS_PROXY: proxy.url };
      const { failures } = await doctor.run(env);
      // The audience of the assertion is the address by which the doctor knows IMS, and not the emulator's own.
      expect(failures[0]).toMatch(/^fails {4}credential: .*invalid_token/);
      expect(proxy.tunnels).toHaveLength(3);
    });

    it('says that the proxy refuses to lead to Adobe', async () => {
      const { tls, urls, trust } = await front();
      await using _front = tls;
      const proxy = createServer().on('connect', (_request, socket) => {
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      });
      await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
      const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
      const { marks, failures } = await doctor.run({ ...urls, ...trust, HTTPS_PROXY: url });
      proxy.close();
      expect(marks.slice(0, 3)).toEqual(['ok', 'fails', 'fails']);
      expect(failures[0]).toMatch(
        /The proxy does not lead to https:.*operator\. How: Check IMS_URL and HTTPS_PROXY/,
      );
    });

    it('names the proxy when that is what is not there, and not its password', async () => {
      const { tls, urls, trust } = await front();
      await using _front = tls;
      const proxy = await startProxy();
      await proxy[Symbol.asyncDispose]();
      const url = proxy.url.replace('//', `//user:${otherSecret}@`);
      const { code, failures } = await doctor.run({ ...urls, ...trust, HTTPS_PROXY: url });
      expect([code, failures.length]).toEqual([1, 2]);
      expect(failures[0]).toMatch(/operator\. How: Check IMS_URL and HTTPS_PROXY/);
    });
  });
});
