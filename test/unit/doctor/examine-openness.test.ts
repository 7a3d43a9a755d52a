import { describe, expect, it } from '@jest/globals';
import { loadSettings } from '../../../src/config/load-settings.ts';
import { examineOpenness } from '../../../src/doctor/examine-openness.ts';
import { enough } from '../../support/settings-under-test.ts';

const marksOf = (env: Record<string, string>) =>
  examineOpenness(loadSettings({ env: { ...enough, ...env } })).map(({ mark }) => mark);

describe('how open a setting is', () => {
  it('is not asked of what is not set', () => {
    expect(marksOf({})).toEqual([]);
  });

  it.each([
    ['10.0.0.0/8', 'ok'],
    ['10.0.0.0/7', 'warns'],
    ['fd00::/8', 'ok'],
    ['192.0.2.1,2001:db8::1', 'ok'],
    ['52.0.0.0/8', 'warns'],
    ['0.0.0.0/1,128.0.0.0/1', 'warns'],
    ['2000::/3', 'warns'],
    ['::ffff:10.0.0.0/104', 'ok'],
  ])('TRUSTED_PROXIES=%s %s', (value, mark) => {
    expect(marksOf({ TRUSTED_PROXIES: value })).toEqual([mark]);
  });

  it.each([
    ['https://app.example.com,https://*.example.com', 'ok'],
    ['http://localhost:5173,http://127.0.0.1', 'ok'],
    ['http://app.example.com', 'warns'],
    ['https://*.com', 'warns'],
    ['https://*.co.uk', 'warns'],
    ['https://*.github.io', 'warns'],
    ['https://*.example.github.io', 'ok'],
  ])('CORS_ORIGINS=%s %s', (value, mark) => {
    expect(marksOf({ CORS_ORIGINS: value })).toEqual([mark]);
  });

  it.each([
    ['jobs.example.com,*.example.com', 'ok'],
    ['*.com', 'warns'],
  ])('ALLOWED_HOSTS=%s %s', (value, mark) => {
    expect(marksOf({ ALLOWED_HOSTS: value })).toEqual([mark]);
  });

  it('HOST warns only where nobody is authenticated and others can come', () => {
    const open = { HOST: '0.0.0.0', ALLOW_ANONYMOUS_CALLERS: 'true' };
    expect(marksOf(open)).toEqual(['warns']);
    const jwt = { CALLER_AUTH: 'jwt', JWT_ISSUER: 'https://login.test', JWT_AUDIENCE: 'jobs' };
    expect(marksOf({ ...open, ...jwt })).toEqual([]);
    expect(marksOf({ HOST: '127.0.0.1' })).toEqual([]);
  });
});
