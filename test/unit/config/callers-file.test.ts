import { describe, expect, it } from '@jest/globals';
import { parseListedCallers } from '../../../src/config/parse-listed-callers.ts';
import { createConfigFolder, read } from '../../support/settings-under-test.ts';

const hex = (digit: string) => digit.repeat(64);
const hash = (digit: string) => `sha256:${hex(digit)}`;
const good = { name: 'reporting', keys: [hash('a')], permissions: ['jobs:read'] };
const rawKey = 'aepjobs_this-is-the-key-itself-0123456789abcdefghijk';

function faultsOf(callers: unknown): string[] {
  const found = parseListedCallers({ callers }, ['prod', 'dev']);
  return 'faults' in found ? found.faults.map(({ path, detail }) => `${path} ${detail}`) : [];
}

describe('an entry of the file of callers', () => {
  it('gives a caller its name, keys, certificates, rights, end and limits', () => {
    const full = {
      ...good,
      keys: [`SHA256:${hex('A')}`, hash('b')],
      certificates: [hash('c')],
      sandboxes: ['dev', 'prod'],
      expires: '2027-01-01',
      limits: { readsPerMinute: 100 },
    };
    expect(parseListedCallers({ callers: [full] }, ['prod', 'dev'])).toEqual({
      callers: [
        {
          name: 'reporting',
          keys: [hex('a'), hex('b')],
          certificates: [hex('c')],
          permissions: ['jobs:read'],
          sandboxes: ['dev', 'prod'],
          expiresAtMs: Date.parse('2027-01-02T00:00:00Z'),
          readsPerMinute: 100,
          writesPerMinute: undefined,
        },
      ],
    });
  });

  it('has the default sandbox and no end unless it says otherwise', () => {
    expect(parseListedCallers({ callers: [good] }, ['prod', 'dev'])).toMatchObject({
      callers: [{ sandboxes: ['prod'], certificates: [], expiresAtMs: undefined }],
    });
  });

  it.each([
    ['2028-02-29', '2028-03-01T00:00:00Z'],
    ['2027-12-31', '2028-01-01T00:00:00Z'],
    ['2027-01-01T12:00:00Z', '2027-01-01T12:00:00Z'],
    ['2027-01-01T12:00:00.5+02:00', '2027-01-01T10:00:00.500Z'],
  ])('that expires %s ends at %s', (expires, end) => {
    const found = parseListedCallers({ callers: [{ ...good, expires }] }, undefined);
    expect(found).toMatchObject({ callers: [{ expiresAtMs: Date.parse(end) }] });
  });

  const refused: [entry: object, sentence: string][] = [
    ...['2027-02-29', '2027-1-1', '01.01.2027', '2027-01-01T12:00:00', '2027-01-01T12:00Z', 'never', ''].map(
      (expires): [object, string] => [
        { expires },
        '.expires must be a day such as 2027-01-01, or a time of RFC 3339',
      ],
    ),
    [{ expires: 1_800_000_000 }, '.expires must be a text'],
    [{ name: 'a b' }, '.name must be 1 to 40 letters, digits, dots, _ or -'],
    [{ name: 'a\n' }, '.name must be 1 to 40 letters'],
    [{ name: 'ä' }, '.name must be 1 to 40 letters'],
    [{ name: 'x'.repeat(41) }, '.name must be 1 to 40 letters'],
    [{ name: undefined }, '.name is required'],
    [{ name: 5 }, '.name must be a text'],
    [{ permissions: undefined }, '.permissions is required'],
    [{ permissions: [] }, '.permissions must name at least one'],
    [{ permissions: 'jobs:read' }, '.permissions must be a list of permissions'],
    [{ permissions: ['jobs:write'] }, '.permissions[0] must be of jobs:read, jobs:create, jobs:cancel'],
    [{ permissions: ['jobs:read', 'jobs:read'] }, '.permissions must not name one twice'],
    [{ sandboxes: [] }, '.sandboxes must name at least one'],
    [{ sandboxes: ['stage'] }, '.sandboxes[0] must be one of ADOBE_SANDBOXES'],
    [{ keys: [] }, ' needs at least one of keys or certificates'],
    [{ keys: undefined }, ' needs at least one of keys or certificates'],
    [{ keys: hash('a') }, '.keys must be a list of hashes'],
    [{ permissions: '' }, '.permissions must be a list of permissions'],
    [{ keys: ['a', 'b', 'c', 'd', 'e'].map(hash) }, '.keys must be at most 4'],
    [{ keys: [hash('a'), hash('a').toUpperCase()] }, '.keys[1] is there twice'],
    [{ keys: [hash('g')] }, '.keys[0] must be sha256: and 64 hexadecimal digits'],
    [{ keys: [hash('a').slice(1)] }, '.keys[0] is no hash'],
    [{ certificates: [`sha256:${'AB:'.repeat(31)}AB`] }, '.certificates[0] must be sha256: and 64 hex'],
    [{ keys: [rawKey] }, '.keys[0] is no hash: write sha256:'],
    [{ keys: [hex('a')] }, '.keys[0] is no hash'],
    [{ keys: [`sha256:${rawKey}`] }, '.keys[0] must be sha256: and 64 hexadecimal digits'],
    [{ keys: ['sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'] }, 'empty text'],
    [{ limits: { readsPerMinute: 0 } }, '.limits.readsPerMinute must be a whole number from 1'],
    [{ limits: { perHour: 1 } }, '.limits.perHour is not known here'],
    [{ limits: 5 }, '.limits must be an object'],
    [{ key: hash('b') }, '.key is not known here'],
    [{ expires_at: '2027-01-01' }, '.expires_at is not known here'],
    [{ [rawKey]: 1 }, '.… is not known here'],
    [{ name: rawKey.slice(0, 40) }, '.name must not begin as a key does'],
  ];

  it.each(refused)('with %j is refused', (more, sentence) => {
    const faults = faultsOf([{ ...good, ...more }]);
    expect(faults).toEqual([expect.stringContaining(sentence)]);
    expect(faults[0]).toMatch(/^callers\[0\]/);
    expect(faults.join()).not.toMatch(/aepjobs_|[\da-f]{20}/);
  });

  it.each([[undefined], [5], ['x'], [{}], [null]])('that is no list of entries is refused: %j', (callers) => {
    expect(faultsOf(callers)).toEqual([expect.stringMatching(/^callers (is required|must be a list)$/)]);
    expect(faultsOf([callers])[0]).toMatch(/^callers\[0\]/);
  });
});

describe('the entries of the file of callers', () => {
  it('have names, keys and certificates that no other has', () => {
    const faults = faultsOf([
      { ...good, certificates: [hash('c')] },
      { ...good, keys: [hash('b')] },
      { ...good, name: 'b', keys: [hash('A')] },
      { ...good, name: 'c', keys: [hash('c')] },
      { ...good, name: 'd', keys: [], certificates: [hash('c')] },
    ]);
    expect(faults).toEqual([
      'callers[1].name is already that of callers[0]',
      'callers[2].keys[0] is already that of callers[0]',
      'callers[4].certificates[0] is already that of callers[0]',
    ]);
  });
});

describe('CALLERS_FILE', () => {
  const start = (content: string | Buffer, env = {}) => {
    using folder = createConfigFolder();
    return read({ CALLER_AUTH: 'api-key', CALLERS_FILE: folder.write('callers.json', content), ...env });
  };
  const json = (...callers: object[]) => JSON.stringify({ callers });

  it('is accepted with comments and a byte order mark, and is not shown in the settings', () => {
    const settings = start(`\ufeff// the callers\n${json(good)}`);
    expect(settings).toMatchObject({ callers: { auth: ['api-key'] } });
    expect(JSON.stringify(settings)).not.toContain(hex('a'));
  });

  it('tells all its faults at once, beside those of other settings, and repeats no key', () => {
    const faults = start(json({ ...good, keys: [rawKey], extra: 1 }, { ...good, sandboxes: ['dev'] }), {
      ADOBE_ORG_ID: 'x',
    });
    expect(faults).toEqual([
      'ADOBE_ORG_ID must end in @AdobeOrg',
      expect.stringMatching(/^CALLERS_FILE: callers\[0\]\.keys\[0\] is no hash: /),
      'CALLERS_FILE: callers[0].extra is not known here',
      'CALLERS_FILE: callers[1].name is already that of callers[0]',
      'CALLERS_FILE: callers[1].sandboxes[0] must be one of ADOBE_SANDBOXES',
    ]);
    expect(JSON.stringify(faults)).not.toContain('aepjobs_');
  });

  it.each([
    [
      'no JSON',
      'callers:\n  - name: x',
      'CALLERS_FILE names a file that is not in JSON: there is something wrong at line 1, column 1',
    ],
    [
      'a key alone',
      rawKey,
      'CALLERS_FILE names a file that is not in JSON: there is something wrong at line 1, column 1',
    ],
    [
      'nothing',
      '',
      'CALLERS_FILE names a file that is not in JSON: there is something wrong at line 1, column 1',
    ],
    ['a list', '[]', 'CALLERS_FILE must hold one object with callers'],
    ['an own prototype', '{"callers":[],"__proto__":{}}', 'CALLERS_FILE: … is not known here'],
    [
      'UTF-16',
      Buffer.from('\ufeff{}', 'utf16le'),
      'CALLERS_FILE names a file in UTF-16 (little-endian): save it as UTF-8',
    ],
    ['over 256 kB', ' '.repeat(300_000), 'CALLERS_FILE names a file of more than 256 kB'],
  ])('with %s is refused', (_name, content, sentence) => {
    expect(start(content)).toEqual([sentence]);
  });

  it('that is not there is told without its path, which may be a key by mistake', () => {
    const faults = read({ CALLER_AUTH: 'api-key', CALLERS_FILE: rawKey });
    expect(faults).toEqual(['CALLERS_FILE names a file that cannot be read (ENOENT)']);
  });

  it.each([['none'], ['jwt']])(
    'with CALLER_AUTH=%s is refused: whoever sets it believes that it counts',
    (CALLER_AUTH) => {
      const token = { JWT_ISSUER: 'https://login.example.com', JWT_AUDIENCE: 'jobs' };
      const jwt = CALLER_AUTH === 'jwt' ? token : {};
      expect(start(json(good), { CALLER_AUTH, ...jwt })).toEqual([
        'CALLERS_FILE is of no use without CALLER_AUTH=api-key or mtls: choose one, or unset it',
      ]);
    },
  );
});
