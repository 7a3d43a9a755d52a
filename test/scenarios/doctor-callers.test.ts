import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { allWell, type DoctorUnderTest, startDoctorUnderTest } from '../support/doctor-under-test.ts';
import {
  makeKey,
  makeToken,
  type SigningKey,
  startTokenIssuer,
  type TokenIssuer,
  type TokenOptions,
} from '../support/token-issuer.ts';

let doctor: DoctorUnderTest;
let issuer: TokenIssuer;
let key: SigningKey;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'token-'));
  key = await makeKey('key-1');
  issuer = await startTokenIssuer(key, await makeKey('key-2', 'RS256'), await makeKey('key-3', 'ES384'));
  doctor = await startDoctorUnderTest();
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await issuer[Symbol.asyncDispose]();
  await doctor.close();
});

const ofCallers = (lines: readonly string[]) => lines.slice(allWell.length - 2, -2);
const keysLine = "ok       keys for callers' tokens: 2 keys fit JWT_ALGORITHMS: key-1, key-2";

function write(text: string): string {
  const path = join(folder, 'token');
  writeFileSync(path, text);
  return path;
}

async function examine(options: TokenOptions, signer = key) {
  const token = makeToken(issuer, signer, Date.now(), options);
  const { code, lines } = await doctor.run(issuer.env(), '--token-file', write(`Bearer ${token}\n`));
  const [keys, line = ''] = ofCallers(lines);
  expect(keys).toBe(keysLine);
  return { code, line, last: lines.at(-2) };
}

describe('the doctor, with callers who bring tokens', () => {
  it('names the keys that fit, and asks the issuer once', async () => {
    const { code, lines } = await doctor.run(issuer.env());
    expect([code, ofCallers(lines)]).toEqual([0, [keysLine]]);
    expect(issuer.asked).toHaveLength(1);
  });

  it('finds the keys by discovery', async () => {
    const { code, lines } = await doctor.run(issuer.env({ JWT_JWKS_URL: '' }));
    expect([code, ofCallers(lines)]).toEqual([0, [keysLine]]);
  });

  it.each([
    ['500', () => issuer.url, /answered 500\. Who can fix it: operator\. How: Check JWT_JWKS_URL/],
    ['nothing', () => 'http://127.0.0.1:1', /could not be reached \(ECONNREFUSED\)\. Who can fix it: op/],
  ])('says that the key set cannot be had where %s answers, and skips the token', async (_, url, line) => {
    issuer.answer = (response) => response.writeHead(500).end();
    const env = issuer.env({ JWT_JWKS_URL: `${url()}/keys` });
    const { code, lines } = await doctor.run(env, '--token-file', write('a.b.c'));
    expect(code).toBe(1);
    expect(ofCallers(lines)).toEqual([
      expect.stringMatching(line),
      'skipped  the given token, because "keys for callers\' tokens" fails',
    ]);
  });

  it('says so where no key fits', async () => {
    const { lines } = await doctor.run(issuer.env({ JWT_ALGORITHMS: 'PS512,EdDSA' }));
    expect(ofCallers(lines)[0]).toMatch(/^fails .*The key set has no key for PS512 or EdDSA\. Who/);
  });

  it('tells what a token may do, where, and how long', async () => {
    const { code, line } = await examine({ claims: { sandboxes: 'dev prod' } });
    expect([code, line]).toEqual([
      0,
      expect.stringMatching(
        /^ok {7}the given token: It is of reporting: jobs:read, jobs:create, jobs:cancel in prod, dev, until 20.*Z \(in (?:59|60) min\)$/,
      ),
    ]);
  });

  it.each([
    ['ended', { lifeMs: -60_000 }, /it has ended/],
    ['is for somebody else', { claims: { aud: 'other' } }, /"aud" does not have JWT_AUDIENCE/],
    ['is of somebody else', { claims: { iss: 'https://other.test' } }, /"iss" is not JWT_ISSUER/],
    ['names another key', { header: { kid: 'other' } }, /no key with its "kid"/],
  ])('tells why a token that %s is refused', async (_, options, reason) => {
    const { code, line } = await examine(options);
    expect(code).toBe(1);
    expect(line).toMatch(
      /^fails {4}the given token: The token is refused, because .*: caller\. How: Compare/,
    );
    expect(line).toMatch(reason);
  });

  it.each([
    [{ claims: { scope: 'openid' } }, /who may do nothing.*operator\. How: .*claim scope/],
    [{ claims: { sandboxes: ['other'] } }, /in none of the sandboxes.*operator\. How: .*claim sandboxes/],
  ])('warns of a token that is let in and may do nothing: %j', async (options, reason) => {
    const { code, line, last } = await examine(options);
    expect([code, last]).toEqual([0, 'All works; see whether you mean what the lines warn of.']);
    expect(line).toMatch(/^warns {4}the given token: It is of reporting/);
    expect(line).toMatch(reason);
  });

  it.each([
    ['is not there', undefined, /^fails .*a file that cannot be read \(ENOENT\)/],
    ['holds no JWT', 'opaque', /^fails .*The file holds no JWT/],
    ['holds what looks like one', 'a.b.c', /^fails .*it is not a signed JWT/],
  ])('says so where the file of the token %s', async (_, text, line) => {
    const path = text === undefined ? join(folder, 'none') : write(text);
    const { lines } = await doctor.run(issuer.env(), '--token-file', path);
    expect(ofCallers(lines).at(-1)).toMatch(line);
  });

  it('says so where the token is not needed', async () => {
    const { lines } = await doctor.run({}, '--token-file', write('a.b.c'));
    expect(ofCallers(lines).at(-1)).toBe('skipped  the given token, because CALLER_AUTH does not name jwt');
  });

  it('knows no other option', async () => {
    const { code, lines } = await doctor.run({}, '--token', 'x');
    expect([code, lines[0]]).toEqual([
      1,
      'The only option is --token-file, with the path of a file that holds a token.',
    ]);
    await doctor.run();
  });
});

describe('the doctor, of settings that let in more than they should', () => {
  it('warns where anybody may call from elsewhere, and works all the same', async () => {
    const { code, lines } = await doctor.run({ HOST: '0.0.0.0', ALLOW_ANONYMOUS_CALLERS: 'true' });
    expect(code).toBe(0);
    expect(ofCallers(lines)).toEqual([
      expect.stringMatching(/^warns {4}how open HOST is: .*CALLER_AUTH is none/),
    ]);
  });
});
