import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { createRunningClock } from '../../emulator/movable-clock.ts';
import { type AdobeFront, startAdobeFront } from '../support/adobe-front.ts';
import { startProgram } from '../support/program.ts';

type Outcome = { readonly value?: unknown; readonly error?: string };

let emulator: Emulator;
let front: AdobeFront;
let home: string;
let outcomes: Readonly<Record<string, Outcome>>;
let begunAtMs: number;

beforeAll(async () => {
  begunAtMs = Date.now();
  emulator = await startEmulator({ clock: createRunningClock() });
  for (let id = 1; id <= 5; id += 1) {
    emulator.jobs.put('prod', { id, status: id === 2 ? 'FAILED' : 'NEW', creationTime: id });
  }
  front = await startAdobeFront(emulator.url);
  home = mkdtempSync(join(tmpdir(), 'adobe-packages-'));
  writeFileSync(join(home, 'ca.pem'), front.certificate);
  await using program = startProgram('test/support/adobe-packages.ts', {
    env: {
      HOME: home,
      XDG_CONFIG_HOME: home,
      HTTPS_PROXY: front.proxyUrl,
      // For the packages that use Node's own fetch.
      NODE_USE_ENV_PROXY: '1',
      NODE_EXTRA_CA_CERTS: join(home, 'ca.pem'),
    },
    args: [JSON.stringify({ url: emulator.url, home, ...emulator.credential })],
  });
  expect({ code: await program.ended(), output: program.output() }).toMatchObject({ code: 0 });
  outcomes = JSON.parse(program.printed().trim().split('\n').at(-1) ?? '');
}, 60_000);
afterAll(async () => {
  await front[Symbol.asyncDispose]();
  await emulator.close();
  rmSync(home, { recursive: true, force: true });
});

const resultOf = (call: string) => {
  expect({ call, ...outcomes[call] }).toEqual({ call, value: expect.anything() });
  return outcomes[call]?.value;
};
const errorOf = (call: string) => outcomes[call]?.error;
const webToken = expect.stringMatching(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/);

describe('@adobe/aio-lib-ims 8 with the emulator', () => {
  it('gets a token whose claims tell when it expires, in milliseconds', () => {
    const { clientId } = emulator.credential;
    const data = {
      type: 'access_token',
      client_id: clientId,
      as: 'ims-na1',
      scope: 'openid,AdobeID,additional_info.roles,adobeio_api',
      created_at: expect.stringMatching(/^\d{13}$/),
      expires_in: '86399000',
    };
    const token = { token: webToken, expiry: expect.any(Number) };
    expect(resultOf('ims: client credentials')).toMatchObject({ access_token: token, data });
    const { expiry } = Object(resultOf('ims: client credentials')).access_token;
    expect(expiry - begunAtMs).toBeGreaterThanOrEqual(86_399_000);
  });

  it('may leave the scopes out', () =>
    expect(resultOf('ims: no scopes')).toMatchObject({ access_token: { token: webToken } }));

  it.each([
    ['client', 'invalid client_id parameter'],
    ['secret', 'invalid client_secret parameter'],
  ])('hears of a wrong %s what IMS says of it', (what, sentence) =>
    expect(errorOf(`ims: wrong ${what}`)).toContain(sentence),
  );

  it('finds the environment of a token, its organizations, and whether it is valid', () => {
    expect(resultOf('ims: environment')).toBe('prod');
    const [ident, authSrc] = emulator.credential.orgId.split('@');
    expect(resultOf('ims: organizations')).toMatchObject([{ orgRef: { ident, authSrc } }]);
    expect(resultOf('ims: valid')).toEqual({ valid: true });
    expect(resultOf('ims: allow list')).toMatchObject({ valid: false });
  });

  it('gets a token by both of its login plugins, the legacy one included', () => {
    expect(resultOf('ims: getToken by OAuth')).toEqual(webToken);
    expect(resultOf('ims: getToken by JWT')).toEqual(webToken);
  });

  it('invalidates a token, which is refused from then on', () => {
    expect(errorOf('ims: invalidate')).toBeUndefined();
    expect(resultOf('ims: valid after that')).toMatchObject({ valid: false });
    expect(errorOf('profile: list after that')).toContain('401013');
  });
});

describe('@adobe/aio-lib-core-auth 1.1 with the emulator', () => {
  const granted = { access_token: webToken, token_type: 'bearer', expires_in: 86_399 };
  it('gets a token', () => expect(resultOf('core-auth: token')).toEqual(granted));
  it('gets one without scopes', () => expect(resultOf('core-auth: no scopes')).toEqual(granted));
  it('hears of a wrong secret and of a wrong scope', () => {
    expect(errorOf('core-auth: wrong secret')).toContain('invalid client_secret parameter');
    expect(errorOf('core-auth: wrong scope')).toContain('invalid scope parameter');
  });
});

describe('@adobe/jwt-auth 2 with the emulator', () => {
  it.each(['token', 'metascope as a link'])('exchanges its assertion (%s)', (which) =>
    expect(resultOf(`jwt-auth: ${which}`)).toEqual({
      access_token: webToken,
      token_type: 'bearer',
      expires_in: 86_399_992,
    }),
  );

  it('hears of a wrong metascope, client and secret, each as what it is', () => {
    expect(errorOf('jwt-auth: wrong metascope')).toContain('metascopes');
    expect(errorOf('jwt-auth: wrong client')).toBe('invalid client_id parameter');
    expect(errorOf('jwt-auth: wrong secret')).toBe('invalid client_secret parameter');
  });
});

describe('@adobe/aio-lib-customer-profile 3.0.2 with the emulator', () => {
  const idsOf = (call: string) => Object(resultOf(call)).records.map(({ id }: { id: number }) => id);

  it('lists all jobs, a page, the page after it, and one status', () => {
    expect(idsOf('profile: list')).toEqual([5, 4, 3, 2, 1]);
    expect(resultOf('profile: page')).toMatchObject({
      records: [{ id: 5 }, { id: 4 }],
      page: { pageOffset: '4_4', pageSize: 2 },
      link: { next: '/export/jobs/?limit=2&offset=4_4' },
    });
    expect(idsOf('profile: next page')).toEqual([3, 2]);
    expect(idsOf('profile: filtered')).toEqual([2]);
    expect(errorOf('profile: wrong filter')).toContain('Unsupported status SUCCEDED');
  });

  it('gets a job, and hears that there is none', () => {
    expect(resultOf('profile: get')).toEqual({ id: 5, status: 'NEW', creationTime: 5 });
    expect(errorOf('profile: get of none')).toContain('Export job not found');
  });

  it('cancels a job', () => {
    const message = 'Export job has been marked for cancelling';
    expect(resultOf('profile: cancel')).toEqual({ status: true, message });
  });

  it('cannot create one: it sends neither a body nor what it is, which is its own fault, and so it hears', () =>
    expect(errorOf('profile: create')).toContain('415 - Unsupported Media Type'));

  it('has to name a sandbox, in lower case', () => {
    expect(errorOf('profile: no sandbox')).toContain('400003');
    expect(errorOf('profile: wrong sandbox')).toContain('UPAPI-113752-403');
  });
});

it("Adobe's packages reach nobody but the emulator", () => {
  expect(new Set(front.tunnels)).toEqual(new Set(['ims-na1.adobelogin.com:443', 'platform.adobe.io:443']));
});
