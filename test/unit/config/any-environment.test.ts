import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { loadSettings } from '../../../src/config/load-settings.ts';
import { SettingsError } from '../../../src/config/settings-error.ts';
import { createConfigFolder, enough, read } from '../../support/settings-under-test.ts';

const names = readFileSync(
  new URL('../../../config/custom-environment-variables.json', import.meta.url),
  'utf8',
);
const secrets = ['ADOBE_CLIENT_SECRET', 'ADOBE_CLIENT_SECRET_NEXT', 'ADOBE_PRIVATE_KEY'];
const variables = [
  ...[...names.matchAll(/: "([A-Z_]+)"/g)].map(([, name]) => name ?? ''),
  ...['NODE_ENV', 'https_proxy', 'http_proxy', 'no_proxy', 'ADOBE_PRIVATE_KEY_PASSPHRASE'],
  ...[...secrets, 'REDIS_URL'].map((name) => `${name}_FILE`),
];

/** Values as people set them, good and bad, and any text at all. An environment holds no NUL. */
const value = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'true',
    'false',
    'jwt',
    'oauth',
    '3000',
    '0.0.0.0',
    '[::1]',
    '[',
    '[]',
    '["a"]',
    ',',
  ),
  fc.constantFrom(
    'http://x',
    'https://x/',
    'https://a b',
    '/dev/null',
    '/',
    '.',
    '"x"',
    "'",
    '{{x}}',
    '\r',
    '-1',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll('\0', '')),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
);
const environment = fc.dictionary(fc.constantFrom(...variables), value, { noNullPrototype: true });

/** Settings, or what is wrong with them; every other exception is a failure of the property. */
function load(env: Readonly<Record<string, string>>, directory?: string): readonly string[] {
  try {
    loadSettings({ env, ...(directory !== undefined && { directory }) });
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.faults.map(({ path, detail }) => `${path} ${detail}`);
  }
}

describe('any environment', () => {
  it('is either settings, or faults that each begin with a variable or a file', () => {
    fc.assert(
      fc.property(environment, (env) => {
        for (const fault of load(env)) {
          expect(variables).toContain(fault.split(' ', 1)[0]);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('says nothing of a secret, whichever variable it has been put into and whatever it is wrapped in', () => {
    const canary = 'canary5e1d';
    const wrapped = fc
      .tuple(
        fc.constantFrom('', '"', '\u00a0', '<', '/', 'http://', '-----BEGIN ', '["'),
        fc.constantFrom('', '"', '\n', '>', '@x'),
      )
      .map(([before, after]) => `${before}${canary}${after}`);
    const hidden = [
      ...secrets,
      ...secrets.map((name) => `${name}_FILE`),
      'HTTPS_PROXY',
      'ADOBE_CLIENT_ID',
      'REDIS_URL',
    ];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...hidden), wrapped), environment, (secret, others) => {
        expect(load({ ...others, ...secret }).join('\n')).not.toContain(canary);
      }),
      { numRuns: 150 },
    );
  });

  it('names a fault of one variable whatever is wrong with the others', () => {
    const broken = { PORT: 'abc', LOG_LEVEL: 'loud', HOST: 'a b', ADOBE_ORG_ID: 'x', ADOBE_SANDBOXES: 'X' };
    fc.assert(
      fc.property(fc.constantFrom(...Object.entries(broken)), environment, ([name, bad], env) => {
        expect(load({ ...enough, ...env, [name]: bad })).toContainEqual(expect.stringMatching(`^${name} `));
      }),
      { numRuns: 150 },
    );
  });
});

describe('any content of config/local.json', () => {
  it('is either settings, or faults that each name the file or a variable', () => {
    using folder = createConfigFolder();
    const setting = fc.constantFrom('host', 'port', 'adobe', 'ims', 'server', 'callers', 'log', 'known', 'x');
    const content = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.json(),
      fc.dictionary(setting, fc.jsonValue()).map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(content, (text) => {
        folder.write('local.json', text);
        const faults = read({}, folder.path);
        if (!Array.isArray(faults)) return;
        for (const fault of faults) expect(fault).toMatch(/^(?:config[/:]|[A-Z_]+ )/);
      }),
      { numRuns: 150 },
    );
  });
});
