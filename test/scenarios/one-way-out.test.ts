import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type DoctorUnderTest, otherSecret, startDoctorUnderTest } from '../support/doctor-under-test.ts';
import { type ClearProxy, startClearProxy } from '../support/forward-proxy.ts';
import { startServiceUnderTest } from '../support/service-under-test.ts';

const [ims, platform] = ['ims.example.test', 'platform.example.test'];
const urls = {
  IMS_URL: `http://${ims}`,
  PLATFORM_URL: `http://${platform}`,
  ALLOW_INSECURE_UPSTREAM: 'true',
};

let proxy: ClearProxy;
beforeEach(async () => {
  proxy = await startClearProxy();
});
afterEach(async () => proxy[Symbol.asyncDispose]());

async function list(env: Record<string, string>) {
  await using service = await startServiceUnderTest({ env: { ...urls, ...env } });
  proxy.leadTo(service.emulator.url);
  return await service.send('GET', '/jobs');
}

describe('the client for IMS and the one for Platform', () => {
  it('go through the same proxy', async () => {
    expect((await list({ HTTP_PROXY: proxy.url() })).status).toBe(200);
    expect(proxy.hosts).toEqual([ims, platform]);
  });

  // Nobody answers to these names, so whoever goes past the proxy comes back without an answer.
  it.each(['example.test', '.example.test', '*.example.test', '*', 'EXAMPLE.TEST', 'test:80'])(
    'both go past it with NO_PROXY=%s',
    async (noProxy) => {
      const { body } = await list({ HTTP_PROXY: proxy.url(), NO_PROXY: noProxy });
      expect(body.code).toBe('token-unavailable');
      expect(proxy.hosts).toEqual([]);
    },
  );

  it.each(['example.test:443', 'ample.test', 'other.test', '10.0.0.0/8', `nobody.${ims}`])(
    'neither goes past it with NO_PROXY=%s',
    async (noProxy) => {
      expect((await list({ HTTP_PROXY: proxy.url(), NO_PROXY: noProxy })).status).toBe(200);
      expect(proxy.hosts).toEqual([ims, platform]);
    },
  );

  it('go each its own way where NO_PROXY names one of them', async () => {
    const { body } = await list({ HTTP_PROXY: proxy.url(), NO_PROXY: platform });
    expect(body.code).toBe('platform-unreachable');
    expect(proxy.hosts).toEqual([ims]);
  });

  it('do not take the proxy of the other scheme', async () => {
    await list({ HTTPS_PROXY: proxy.url() });
    expect(proxy.hosts).toEqual([]);
  });

  it.each([
    ['user:pass', 'user:pass'],
    ['us%40er:p%3A%2Fss%25', 'us@er:p:/ss%'],
    // A sign that nobody has encoded.
    ['user:100%', 'user:100%'],
    ['user:p%C3%A4ss', 'user:päss'],
    ['user', 'user:'],
  ])('bring the same password: %s', async (given, meant) => {
    expect((await list({ HTTP_PROXY: proxy.url(`${given}@`) })).status).toBe(200);
    expect(proxy.users).toEqual([meant, meant]);
  });
});

describe('the doctor', () => {
  let doctor: DoctorUnderTest;
  beforeEach(async () => {
    doctor = await startDoctorUnderTest();
    proxy.leadTo(doctor.emulator.url);
  });
  afterEach(() => doctor.close());

  it('asks IMS and Platform by the clients and the way that the service uses', async () => {
    const { code } = await doctor.run({ ...urls, HTTP_PROXY: proxy.url(`user:${otherSecret}@`) });
    expect(code).toBe(0);
    expect(new Set(proxy.hosts)).toEqual(new Set([ims, platform]));
    expect(new Set(proxy.users)).toEqual(new Set([`user:${otherSecret}`]));
  });

  it('finds what NO_PROXY does to each of them', async () => {
    const { marks } = await doctor.run({ ...urls, HTTP_PROXY: proxy.url(), NO_PROXY: ims });
    expect(marks.slice(0, 3)).toEqual(['ok', 'fails', 'ok']);
    expect(new Set(proxy.hosts)).toEqual(new Set([platform]));
  });
});
