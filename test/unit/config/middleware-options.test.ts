import { describe, expect, it } from '@jest/globals';
import { exportJobs, SettingsError } from '../../../src/index.ts';

const adobe = { clientId: 'client', clientSecret: 'hush', orgId: 'ORG@AdobeOrg' };

/** All that is wrong with these options, by path and sentence. */
function faultsOf(options: Parameters<typeof exportJobs>[0]): string[] {
  try {
    void exportJobs(options).close();
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.message.split('\n');
    throw error;
  }
}

describe('the options of exportJobs', () => {
  it('are looked at as variables are: quotes, characters that nobody sees, placeholders', () => {
    expect(
      faultsOf({ adobe: { ...adobe, clientId: '"client"', clientSecret: 'hu\u200bsh', orgId: '<org>' } }),
    ).toEqual([
      expect.stringMatching(/^adobe\.clientId has quotes \(""\) around it/),
      'adobe.clientSecret has a character that cannot be seen (U+200B) at position 3',
      'adobe.orgId is a placeholder that nobody has filled in',
    ]);
  });

  it('are all told at once with a JWT credential, its proxy among them', () => {
    const jwt = { ...adobe, credential: 'jwt' as const, privateKey: 'no key', orgId: 'ORG' };
    const paths = faultsOf({ adobe: jwt, proxy: { httpsProxy: 'http://proxy.example' } }).map(
      (fault) => fault.split(' ')[0],
    );
    expect(paths.sort()).toEqual(['adobe.orgId', 'adobe.privateKey', 'adobe.technicalAccountId', 'proxy']);
  });

  it('that are blank are not given, where they may be left out', () => {
    expect(
      faultsOf({ adobe: { ...adobe, clientSecretNext: ' ', technicalAccountId: '', privateKey: '' } }),
    ).toEqual([]);
  });
});
