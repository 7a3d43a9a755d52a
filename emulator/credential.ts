import { generateKeyPairSync } from 'node:crypto';

/** What the emulator accepts, as IMS and Platform would know it of one project of the Developer Console. */
export interface EmulatedCredential {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly orgId: string;
  readonly technicalAccountId: string;
  /** PEM; made anew at each start, so it opens nothing anywhere else. */
  readonly privateKey: string;
  readonly publicKey: string;
  readonly sandboxes: readonly string[];
}

export function createCredential(given: Partial<EmulatedCredential> = {}): EmulatedCredential {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return {
    clientId: 'emulator-client',
    clientSecret: 'emulator-secret',
    orgId: 'EMULATOR@AdobeOrg',
    technicalAccountId: 'emulator@techacct.adobe.com',
    privateKey,
    publicKey,
    sandboxes: ['prod', 'dev'],
    ...given,
  };
}
