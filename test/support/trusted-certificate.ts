import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { generate } from 'selfsigned';

export interface CertificateOptions {
  readonly name?: string;
  readonly notAfterDate?: Date;
}

/** A certificate that signs itself. */
export async function makeCertificate({ name = 'localhost', notAfterDate }: CertificateOptions = {}) {
  const pems = await generate([{ name: 'commonName', value: name }], {
    algorithm: 'sha256',
    ...(notAfterDate && { notBeforeDate: new Date('2020-01-01'), notAfterDate }),
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: name }] },
    ],
  });
  return { key: pems.private, cert: pems.cert };
}

/** Lets this process trust certificates until it is disposed of, as NODE_EXTRA_CA_CERTS does for another. */
export function trust(...certificates: readonly string[]): Disposable {
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, ...certificates]);
  return { [Symbol.dispose]: () => setDefaultCACertificates(before) };
}
