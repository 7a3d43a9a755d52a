import { describe, expect, it } from '@jest/globals';
import { loadSettings } from '../../src/config/load-settings.ts';
import { startServiceUnderTest } from '../support/service-under-test.ts';

describe('the profile instance that an operator has set', () => {
  const create = { body: { datasetId: 'd', allProfiles: true } };

  it('goes with each create, and with nothing else', async () => {
    await using service = await startServiceUnderTest({ env: { PLATFORM_PROFILE_INSTANCE_ID: 'ups-2' } });
    const { body } = await service.send('POST', '/jobs', create);
    await service.send('GET', `/jobs/${body.id}`);
    await service.send('GET', '/jobs');
    await service.send('DELETE', `/jobs/${body.id}`);
    const sent = service.emulator.requests
      .all()
      .map(({ route, headers }) => [route, headers['x-profile-instance-id']]);
    expect(sent.filter(([route]) => route !== 'token')).toEqual([
      ['create', 'ups-2'],
      ['get', undefined],
      ['list', undefined],
      ['cancel', undefined],
      ['get', undefined],
    ]);
  });

  it('is not sent where nobody has set one, nor where it is empty', async () => {
    for (const env of [{}, { PLATFORM_PROFILE_INSTANCE_ID: '' }]) {
      await using service = await startServiceUnderTest({ env });
      await service.send('POST', '/jobs', create);
      expect(service.emulator.requests.all('create')[0]?.headers).not.toHaveProperty('x-profile-instance-id');
    }
  });

  it('is refused at start where it cannot be a header', () => {
    const adobe = { ADOBE_CLIENT_ID: 'c', ADOBE_CLIENT_SECRET: 's', ADOBE_ORG_ID: 'O@AdobeOrg' };
    const env = { ...adobe, PLATFORM_PROFILE_INSTANCE_ID: 'a b' };
    expect(() => loadSettings({ env })).toThrow('PLATFORM_PROFILE_INSTANCE_ID must be plain');
  });
});
