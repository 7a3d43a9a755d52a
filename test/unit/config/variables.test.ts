import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { enough, read } from '../../support/settings-under-test.ts';

const names = readFileSync(
  new URL('../../../config/custom-environment-variables.json', import.meta.url),
  'utf8',
);
const variables = [...names.matchAll(/: "([A-Z_]+)"/g)].map(([, name]) => name ?? '');

describe('a variable', () => {
  // `docker run --env-file` keeps quotes: https://github.com/docker/cli/issues/3630
  it.each([...variables, 'NODE_ENV', 'ADOBE_CLIENT_SECRET_FILE', 'https_proxy'])(
    'with quotes around its value is a fault that names the quotes: %s',
    (name) => {
      const { ADOBE_CLIENT_SECRET, ...others } = enough;
      const alone =
        name === 'ADOBE_CLIENT_SECRET_FILE' ? { ADOBE_CLIENT_SECRET: '' } : { ADOBE_CLIENT_SECRET };
      for (const [value, quotes] of [
        ['"x"', '("")'],
        ["'x'", "('')"],
        [' "x"\r', '("")'],
      ] as const) {
        expect(read({ ...others, ...alone, [name]: value })).toEqual([
          `${name} has quotes ${quotes} around it, which are a part of the value: leave them out`,
        ]);
      }
    },
  );

  it.each([
    ['quotes of a text processor', '“client”', 'has quotes (“”) around it'],
    ['a no-break space', '\u00a0client', 'has a character that cannot be seen (U+00A0) at position 1'],
    ['a zero-width space', 'cli\u200bent', 'has a character that cannot be seen (U+200B) at position 4'],
    ['a byte order mark', '\ufeffclient', 'has a character that cannot be seen (U+FEFF) at position 1'],
    ['a line end inside', 'cli\nent', 'has a character that cannot be seen (U+000A) at position 4'],
    ['what is left of another encoding', 'cli\ufffdnt', 'has a character that cannot be seen (U+FFFD)'],
    ['a placeholder', '<your client id>', 'is a placeholder that nobody has filled in'],
    ['a variable that nobody expanded', '$' + '{CLIENT_ID}', 'is a placeholder that nobody has filled in'],
    ['a template that nobody filled in', '{{ .Values.id }}', 'is a placeholder that nobody has filled in'],
  ])('with %s is a fault that says so', (_name, value, sentence) => {
    for (const name of ['ADOBE_CLIENT_ID', 'ADOBE_CLIENT_SECRET']) {
      expect(read({ [name]: value })).toEqual([expect.stringContaining(`${name} ${sentence}`)]);
    }
  });

  // Tools that split a file of variables at `\n` leave a `\r`: https://github.com/buildpacks/pack/pull/2635
  it('may have blanks and the rest of a CRLF line end around its value', () => {
    const env = Object.fromEntries(Object.entries(enough).map(([name, value]) => [name, ` ${value}\r`]));
    expect(read({ ...env, PORT: ' 3001 ', LOG_LEVEL: 'warn\r', NODE_ENV: 'production\r' })).toMatchObject({
      port: 3001,
      adobe: { clientId: 'client', orgId: 'ORG@AdobeOrg' },
      log: { level: 'warn' },
      stop: { keepServingMs: 5_000 },
    });
  });

  it.each([...variables, 'NODE_ENV'])('that is blank is one that is not set: %s', (name) => {
    const required = Object.keys(enough).includes(name);
    const settings = read({ [name]: ' \t' });
    expect(settings).toEqual(required ? [`${name} is required`] : read({}));
  });

  it.each(
    [
      ['3e3', '0x10', '-1', '3000.0', '٣', '65536', '1e400'].map((value) => ['PORT', value, 'whole number']),
      ['yes', '1', 'TRUE', 'on'].map((value) => ['ALLOW_INSECURE_UPSTREAM', value, 'true or false']),
      ['debug,info', 'INFO'].map((value) => ['LOG_LEVEL', value, 'must be one of trace, debug']),
      ['basic', 'JWT', 'oauth,jwt'].map((value) => ['ADOBE_CREDENTIAL', value, 'must be oauth or jwt']),
      ['http://127.0.0.1', '127.0.0.1:3000', '[::1]:3000', '*', 'a b', '-x'].map((value) => [
        'HOST',
        value,
        'must be an address or a name',
      ]),
      ['http://a.example', 'a.example:80', 'a.example,*', 'a_b/c'].map((value) => [
        'ALLOWED_HOSTS',
        value,
        'must be names',
      ]),
      ['/data', '?', '#', '/x?y', ':99999'].map((value) => [
        'PLATFORM_URL',
        `https://platform.adobe.io${value}`,
        'must be an origin',
      ]),
      ['https://user@ims.example', 'https://:pw@ims.example', 'ims.example', 'https:ims.example'].map(
        (value) => ['IMS_URL', value, 'must be an origin'],
      ),
    ].flat(),
  )('in other words than it has is a fault: %s=%s', (name = '', value = '', sentence = '') => {
    expect(read({ [name]: value })).toEqual([expect.stringMatching(`^${name} .*${sentence}`)]);
  });

  it('may be a list with a comma too many, an item twice, or in JSON as `aio app use` writes scopes', () => {
    for (const ADOBE_SANDBOXES of ['prod,,dev,', 'prod, dev , prod', '["prod","dev"]']) {
      expect(read({ ADOBE_SANDBOXES })).toMatchObject({ adobe: { sandboxes: ['prod', 'dev'] } });
    }
    expect(read({ ADOBE_SANDBOXES: 'prod,"dev"' })).toEqual([
      expect.stringContaining('ADOBE_SANDBOXES has quotes'),
    ]);
  });

  it.each([
    ['[::1]', '::1'],
    ['0:0:0:0:0:0:0:1', '0:0:0:0:0:0:0:1'],
    ['localhost', 'localhost'],
  ])('HOST=%s is this machine', (HOST, host) => {
    expect(read({ HOST })).toMatchObject({ host });
  });
});

describe('a variable as others have met it', () => {
  // Scopes with blanks, which is how OAuth writes them (RFC 6749, 3.3): https://github.com/AdobeDocs/analytics-2.0-apis/pull/35
  it('ADOBE_SCOPES with blanks between them is a list of several', () => {
    for (const ADOBE_SCOPES of ['openid AdobeID session', 'openid, AdobeID,session']) {
      expect(read({ ADOBE_SCOPES })).toMatchObject({ adobe: { scopes: ['openid', 'AdobeID', 'session'] } });
    }
  });

  // https://github.com/conda/conda/issues/7031: a shell's tool sets HOST for its own purpose.
  it('HOST as conda leaves it is a fault by its name, and not a name that cannot be resolved', () => {
    expect(read({ HOST: 'x86_64-conda-linux-gnu' })).toEqual([
      expect.stringMatching(/^HOST x86_64-conda-linux-gnu lets others in/),
    ]);
  });
});

describe('all faults are told at once', () => {
  it.each<[string, Record<string, string>, string[]]>([
    [
      'a kind of credential that there is none of, and others',
      { ADOBE_CREDENTIAL: 'basic', ADOBE_CLIENT_ID: '', ADOBE_ORG_ID: '', PORT: 'abc' },
      ['ADOBE_CREDENTIAL', 'ADOBE_CLIENT_ID', 'ADOBE_ORG_ID', 'PORT'],
    ],
    [
      'a bad key, and no account',
      { ADOBE_CREDENTIAL: 'jwt', ADOBE_PRIVATE_KEY: 'no key' },
      ['ADOBE_PRIVATE_KEY', 'ADOBE_TECHNICAL_ACCOUNT_ID'],
    ],
    [
      'a bad key, and a fault of what both kinds have',
      {
        ADOBE_CREDENTIAL: 'jwt',
        ADOBE_PRIVATE_KEY: 'x',
        ADOBE_SANDBOXES: 'X',
        ADOBE_TECHNICAL_ACCOUNT_ID: 'a',
      },
      ['ADOBE_PRIVATE_KEY', 'ADOBE_SANDBOXES'],
    ],
    [
      'one URL that cannot be read, and one that is not secure',
      { IMS_URL: 'x', PLATFORM_URL: 'http://far.example' },
      ['IMS_URL', 'PLATFORM_URL'],
    ],
    [
      'a host that lets others in, and a flag in other words',
      { HOST: '0.0.0.0', ALLOW_ANONYMOUS_CALLERS: 'yes' },
      ['HOST', 'ALLOW_ANONYMOUS_CALLERS'],
    ],
    [
      'a secret with quotes, a secret given twice, and a missing id',
      { ADOBE_CLIENT_SECRET: '"x"', ADOBE_CLIENT_SECRET_FILE: '/x', ADOBE_CLIENT_ID: '' },
      ['ADOBE_CLIENT_SECRET', 'ADOBE_CLIENT_SECRET_FILE', 'ADOBE_CLIENT_ID'],
    ],
  ])('%s', (_name, env, expected) => {
    const faults = read(env);
    const named = Array.isArray(faults) ? faults.map((fault: string) => fault.split(' ')[0]) : faults;
    expect(named).toEqual(expect.arrayContaining(expected));
    expect(named).toHaveLength(expected.length);
  });
});
