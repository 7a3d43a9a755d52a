import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { explainStartFailure } from '../../../src/config/explain-start-failure.ts';
import { loadSettings } from '../../../src/config/load-settings.ts';
import { type ConfigFolder, createConfigFolder, enough, read } from '../../support/settings-under-test.ts';

let folder: ConfigFolder;
beforeEach(() => {
  folder = createConfigFolder();
});
afterEach(() => folder[Symbol.dispose]());

function withLocal(content: string, env = {}) {
  folder.write('local.json', content);
  return read(env, folder.path);
}

describe('config/local.json', () => {
  it('that is broken is a fault by its name and the place, beside all others, without a stack and what it holds', () => {
    const content = '{ "adobe": {\n  "clientSecret": "hush" "orgId": "x" } }';
    expect(withLocal(content, { PORT: 'x', ADOBE_ORG_ID: '' })).toEqual([
      'config/local.json cannot be read: there is something wrong at line 2, column 26',
      'ADOBE_ORG_ID is required',
      'PORT must be a whole number from 0 to 65535, in digits',
    ]);
    let explained = '';
    try {
      loadSettings({ env: enough, directory: folder.path });
    } catch (error) {
      explained = explainStartFailure(error);
    }
    expect(explained).toMatch(/^The settings cannot be used:\n {2}config\/local\.json /);
    expect(explained).not.toMatch(/hush|at .*\.(?:js|ts):/);
  });

  it.each(['', '[]', 'null', '"text"', '{', '\u0000'])('that holds no settings is a fault: %j', (content) => {
    expect(withLocal(content)).toEqual([
      expect.stringMatching(/^config\/local\.json (?:cannot be read|must hold)/),
    ]);
  });

  it('is named with each fault in it, in the order of a path', () => {
    const content = { port: 'x', foo: 1, adobe: { clientID: 'x', sandboxes: ['prod', 'P'] }, log: 5 };
    const faults = withLocal(JSON.stringify(content));
    expect(Array.isArray(faults) && [...faults].sort()).toEqual([
      'config/local.json: adobe.clientID is not a setting',
      'config/local.json: adobe.sandboxes.1 must be names in lower case, such as prod',
      'config/local.json: foo is not a setting',
      'config/local.json: log must be a group of settings',
      expect.stringMatching(/^config\/local\.json: port must be a whole number/),
    ]);
  });

  it('does not answer for what a variable sets', () => {
    expect(withLocal('{"port": "x"}', { PORT: 'y' })).toEqual([expect.stringMatching(/^PORT must be/)]);
  });

  // Google's balancer keeps connections for 600 s, so the server has to for longer:
  // https://cloud.google.com/load-balancing/docs/https#timeouts_and_retries
  it.each([351_000, 620_000, 3_700_000])(
    'may have connections idle for %d ms; what has to be over it follows',
    (keepAliveTimeoutMs) => {
      expect(withLocal(JSON.stringify({ server: { keepAliveTimeoutMs } }))).toMatchObject({
        server: {
          keepAliveTimeoutMs,
          headersTimeoutMs: keepAliveTimeoutMs + 1_000,
          requestTimeoutMs: keepAliveTimeoutMs + 5_000,
        },
      });
    },
  );

  it('is asked to mend a time of its own that is not over the one it has to be over', () => {
    const server = { keepAliveTimeoutMs: 620_000, headersTimeoutMs: 70_000 };
    expect(withLocal(JSON.stringify({ server }))).toEqual([
      expect.stringMatching(/^config\/local\.json: server\.headersTimeoutMs must be over/),
    ]);
  });

  it('may not forget creates within the hour: their jobs may still run', () => {
    expect(withLocal('{"creates":{"keptForMs":3600000}}')).toMatchObject({
      creates: { keptForMs: 3_600_000 },
    });
    expect(withLocal('{"creates":{"keptForMs":3599999}}')).toEqual([
      'config/local.json: creates.keptForMs must be a whole number from 3600000 to 604800000, in digits',
    ]);
  });

  it('may set no time that a timer cannot count', () => {
    // Over 2^31 - 1 ms, a timer of Node's fires at once: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args
    expect(withLocal('{"ims":{"timeoutMs":2147483648}}')).toEqual([
      'config/local.json: ims.timeoutMs must be a whole number from 1 to 86400000, in digits',
    ]);
  });
});
