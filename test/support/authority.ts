import { createHash, X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';

/** A certificate and its key, in PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
  /** Of the certificate, as a list of callers names it. */
  readonly sha256: string;
}

/** Who issues certificates, and is trusted or not. */
export interface Authority extends Identity {
  issue(options?: IssueOptions): Promise<Identity>;
}

export interface IssueOptions {
  readonly name?: string;
  /** A year from now unless given. */
  readonly notAfterDate?: Date;
  /** What it may be used for; for both sides of TLS unless given. */
  readonly usage?: { readonly clientAuth?: boolean; readonly serverAuth?: boolean };
}

const days = 24 * 60 * 60 * 1000;
/** Before the time at which the tests' clock stands. */
const notBeforeDate = new Date('2020-01-01');
const nextYear = () => new Date(Date.now() + 365 * days);

export async function createAuthority(name = 'authority'): Promise<Authority> {
  const pems = await generate([{ name: 'commonName', value: name }], {
    algorithm: 'sha256',
    keyType: 'ec',
    notBeforeDate,
    notAfterDate: nextYear(),
    extensions: [{ name: 'basicConstraints', cA: true, critical: true }],
  });
  const ca = { key: pems.private, cert: pems.cert };
  return {
    ...toIdentity(pems),
    async issue({ name = 'localhost', notAfterDate = nextYear(), usage } = {}) {
      return toIdentity(
        await generate([{ name: 'commonName', value: name }], {
          algorithm: 'sha256',
          keyType: 'ec',
          ca,
          notBeforeDate,
          notAfterDate,
          extensions: [
            { name: 'basicConstraints', cA: false },
            { name: 'extKeyUsage', ...(usage ?? { clientAuth: true, serverAuth: true }) },
            {
              name: 'subjectAltName',
              altNames: [
                { type: 2, value: 'localhost' },
                { type: 7, ip: '127.0.0.1' },
              ],
            },
          ],
        }),
      );
    },
  };
}

function toIdentity({ cert, private: key }: { cert: string; private: string }): Identity {
  const sha256 = createHash('sha256').update(new X509Certificate(cert).raw).digest('hex');
  return { cert, key, sha256 };
}
