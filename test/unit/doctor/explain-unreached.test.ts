import { describe, expect, it } from '@jest/globals';
import { explainUnreached } from '../../../src/doctor/explain-unreached.ts';

const target = { origin: 'https://ims.example', variable: 'IMS_URL', isProxySet: false } as const;
const proxied = { ...target, isProxySet: true };

describe('why a server was not reached', () => {
  it.each([
    ['ENOTFOUND', 'The name ims.example does not resolve (ENOTFOUND)', 'IMS_URL'],
    ['EAI_AGAIN', 'The name ims.example does not resolve (EAI_AGAIN)', 'DNS'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'No authority that this machine trusts has signed', 'NODE_EXTRA_CA_CERTS'],
    [
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'No authority that this machine trusts has signed',
      'NODE_EXTRA_CA_CERTS',
    ],
    [
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'No authority that this machine trusts has signed',
      'NODE_EXTRA_CA_CERTS',
    ],
    ['CERT_HAS_EXPIRED', 'is not valid today', 'date'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'The certificate is not for ims.example', 'IMS_URL'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'does not speak TLS', 'https or http'],
    ['ECONNREFUSED', 'Nothing listens at https://ims.example (ECONNREFUSED)', 'IMS_URL'],
  ])('%s is for the operator to fix', (code, wrong, cure) => {
    expect(explainUnreached(code, target)).toEqual({
      wrong: expect.stringContaining(wrong),
      owner: 'operator',
      cure: expect.stringContaining(cure),
    });
  });

  it.each(['late', 'UND_ERR_CONNECT_TIMEOUT', 'ECONNRESET', 'unknown'])(
    '%s may be for Adobe to fix',
    (code) => {
      expect(explainUnreached(code, target).owner).toBe('platform');
    },
  );

  it.each(['ENOTFOUND', 'ECONNREFUSED', 'UND_ERR_ABORTED', 'ECONNRESET'])(
    'behind a proxy, %s may be because of the proxy',
    (code) => {
      const { wrong, owner, cure } = explainUnreached(code, proxied);
      expect([owner, wrong, cure]).toEqual([
        'operator',
        expect.stringMatching(/the proxy/i),
        expect.stringContaining('HTTPS_PROXY'),
      ]);
    },
  );
});
