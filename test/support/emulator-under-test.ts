import { expect } from '@jest/globals';
import request, { type Response } from 'supertest';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../emulator/emulator.ts';
import { checkAgainstAdobe } from './adobe-openapi.ts';

export const jobsPath = '/data/core/ups/export/jobs';

interface AskOptions {
  /** In the place of the right ones; an empty text takes one away. */
  readonly headers?: Readonly<Record<string, string>>;
  /** An object goes as JSON, a text as it is. */
  readonly body?: object | string;
}

/** An emulator, asked as Adobe is. Each answer is held against what Adobe's documents say of it. */
export interface EmulatorUnderTest {
  readonly emulator: Emulator;
  /** A call on export jobs with the right headers. */
  ask(method: string, path: string, options?: AskOptions): Promise<Response>;
  /** A form to IMS, urlencoded. */
  askIms(path: string, fields: Readonly<Record<string, string>>): Promise<Response>;
  /** The right parameters for `/ims/token/v3`. */
  readonly rightForm: Readonly<Record<string, string>>;
}

export async function startEmulatorUnderTest(options?: EmulatorOptions): Promise<EmulatorUnderTest> {
  const emulator = await startEmulator(options);
  const { clientId, clientSecret, orgId } = emulator.credential;
  const token = emulator.tokens.issue(3_600_000_000);
  const rightHeaders = {
    authorization: `Bearer ${token}`,
    'x-api-key': clientId,
    'x-gw-ims-org-id': orgId,
    'x-sandbox-name': 'prod',
  };
  return {
    emulator,
    async ask(method, path, { headers = {}, body } = {}) {
      const type = body === undefined ? {} : { 'content-type': 'application/json' };
      const all = Object.entries({ ...rightHeaders, ...type, ...headers }).filter(
        ([, value]) => value !== '',
      );
      const verb = (['get', 'post', 'put', 'delete', 'head'] as const).find(
        (one) => one === method.toLowerCase(),
      );
      const answer = await request(emulator.url)
        [verb ?? 'get'](`${jobsPath}${path}`)
        .set(Object.fromEntries(all))
        .send(body);
      expect(answer.headers['x-request-id']).toMatch(/^[\w-]+$/);
      checkAgainstAdobe(method, `${jobsPath}${path}`, answer);
      return answer;
    },
    async askIms(path, fields) {
      const answer = await request(emulator.url).post(path).type('form').send(fields);
      checkImsAnswer(answer);
      return answer;
    },
    rightForm: {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: 'openid,AdobeID',
    },
  };
}

/** RFC 6749, sections 5.1 and 5.2, and the id by which Adobe's support finds a call. */
export function checkImsAnswer({ status, body, headers, type }: Response): void {
  expect({ type, ...headers }).toMatchObject({
    type: 'application/json',
    'x-debug-id': expect.any(String),
    'cache-control': 'no-store',
  });
  if (status === 200) {
    expect(body).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      token_type: 'bearer',
      expires_in: expect.any(Number),
    });
  } else expect(body).toEqual({ error: expect.any(String), error_description: expect.any(String) });
}
