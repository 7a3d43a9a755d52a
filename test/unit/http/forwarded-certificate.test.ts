import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readForwardedCertificate } from '../../../src/http/callers/forwarded-certificate.ts';
import { createAuthority } from '../../support/authority.ts';

const [own, victim] = ['a', 'b'].map((digit) => digit.repeat(64));
const found = (header: string) => readForwardedCertificate(header)?.sha256;

describe('an X-Forwarded-Client-Cert header', () => {
  it.each([
    [
      'as Envoy writes it',
      `By=http://frontend.example;Hash=${own};Subject="/C=US/CN=Test Client";URI=http://c.example`,
    ],
    ['with the hash alone', `Hash=${own}`],
    ['with keys in other cases, and digits', `hash=${own?.toUpperCase()};by=x`],
    ['with blanks around elements', ` By=a;Hash=${victim} , By=b;Hash=${own} `],
    ['with separators in quotes', `Hash=${own};Subject="O=One, Two; Three=3"`],
    ['with quotes in quotes', `Hash=${own};Subject="CN=\\"Hash=${victim}\\",O=x"`],
    ['with several names', `Hash=${own};DNS=a.example;DNS=b.example;URI=`],
    ['with the hash in quotes', `Hash="${own}"`],
  ])('names a certificate: %s', (_name, header) => {
    expect(found(header)).toBe(own);
  });

  it.each([
    ['where there is none', 'By=http://frontend.example;URI=http://c.example'],
    ['where it is not one of SHA-256', `Hash=${own?.slice(1)}`],
    ['where it stands there twice', `Hash=${own};Hash=${own}`],
    ['where a quote is left open', `Hash=${own};Subject="CN=x`],
    ['where something follows a quote', `Hash=${own};Subject="CN=x"y`],
    ['where a quote stands in a plain value', `Hash=${own};Subject=CN="x"`],
    ['where an element is empty', `Hash=${own},`],
    ['where it is of an earlier element only', `Hash=${own},By=b;URI=x`],
    ['where there is nothing', ''],
    ['where the certificate is none', 'Cert="-----BEGIN%20CERTIFICATE-----"'],
    ['where the certificate cannot be decoded', 'Cert="%E0%A4%A"'],
  ])('names no certificate %s', (_name, header) => {
    expect(readForwardedCertificate(header)).toBeUndefined();
  });

  it('names the one whose PEM it has, with its end, as nginx and Envoy encode it', async () => {
    const { cert, sha256 } = await (await createAuthority()).issue();
    const expiresAtMs = expect.any(Number);
    expect(readForwardedCertificate(`Cert="${encodeURIComponent(cert)}"`)).toEqual({ sha256, expiresAtMs });
    const ofNginx = cert.replaceAll('\n', '%0A').replaceAll(' ', '%20');
    expect(readForwardedCertificate(`By=x;Cert=${ofNginx}`)).toEqual({ sha256, expiresAtMs });
  });

  // Envoy appends to what a caller brings: https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/headers
  it('never names what a caller has brought to a proxy that appends, whatever that is', () => {
    const appended = fc.constantFrom(
      `By=p;Hash=${own}`,
      `By=p;Hash=${own};Subject=""`,
      `By=p;Hash=${own};Subject="CN=x,O=\\"y\\"";URI=spiffe://z`,
      `Hash=${own};Subject="/C=US/CN=Test Client"`,
    );
    const part = fc.constantFrom(
      ...['"', '\\', ',', ';', '=', ' ', 'Hash', `Hash=${victim}`, 'Subject', 'Subject="', 'By', 'x', '\\"'],
    );
    const brought = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.boolean(), brought, appended, (begins, text, last) => {
        const header = `${begins ? `Hash=${victim};` : ''}${text},${last}`;
        expect([own, undefined]).toContain(found(header));
      }),
      { numRuns: 5_000 },
    );
  });

  it('is read in linear time', () => {
    for (const text of [
      ' '.repeat(100_000),
      `A="${'\\'.repeat(100_000)}`,
      'A=a;'.repeat(30_000),
      'A='.repeat(50_000),
    ]) {
      const begun = process.cpuUsage();
      readForwardedCertificate(text);
      readForwardedCertificate(`A=${text}x"`);
      expect(process.cpuUsage(begun).user).toBeLessThan(2_000_000);
    }
  });
});
