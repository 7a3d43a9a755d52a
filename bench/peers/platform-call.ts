export const jobsPath = '/data/core/ups/export/jobs';

/** What Platform needs with every call. */
export function platformHeaders(token: string) {
  return {
    accept: 'application/json',
    authorization: `Bearer ${token}`,
    'x-api-key': 'bench-client',
    'x-gw-ims-org-id': 'BENCH@AdobeOrg',
    'x-sandbox-name': 'prod',
  };
}

/** For the peers that only forward: of a token's usual length. */
export const givenToken = `bench-${'t'.repeat(1200)}`;
