import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toCaller } from '../../../src/callers/jwt/to-caller.ts';

const names = { permissionsClaim: 'scope', sandboxesClaim: 'sandboxes' };
const callerOf = (claims: object) => toCaller({ iss: 'https://a.test', exp: 1, ...claims }, names, ['prod']);

describe('the id of a caller', () => {
  it('is the same for the same subject of the same issuer, and never for two', () => {
    const who = fc.record({
      iss: fc.constantFrom('https://a.test', 'https://a.test/b', '["a"]'),
      kind: fc.constantFrom('sub', 'client_id'),
      name: fc.oneof(fc.constantFrom('a', 'a ', '","client","a', '/b"'), fc.string({ minLength: 1 })),
    });
    fc.assert(
      fc.property(who, who, (one, other) => {
        fc.pre(one.name.trim() !== '' && other.name.trim() !== '');
        const idOf = ({ iss, kind, name }: typeof one) => callerOf({ iss, [kind]: name }).id;
        const isSame = JSON.stringify(one) === JSON.stringify(other);
        expect(idOf(one) === idOf(other)).toBe(isSame);
        expect(idOf(one)).toMatch(/^jwt:[\w-]{43}$/);
      }),
    );
  });

  it('does not depend on what else the token says', () => {
    expect(callerOf({ sub: 'a', client_id: 'b', scope: 'jobs:read', exp: 5 }).id).toBe(
      callerOf({ sub: 'a' }).id,
    );
  });
});

describe('the name of a caller', () => {
  it.each([
    [{ sub: 'jürgen 王', client_id: 'b' }, 'jürgen 王'],
    [{ client_id: 'reporting' }, 'reporting'],
    [{ azp: 'reporting' }, 'reporting'],
    [{ sub: 'a\nlevel=error \u202e\u2028\u0000\u200b' }, 'a?level=error ????'],
    [{ sub: '\ud800' }, '\ufffd'],
    [{ sub: '😀'.repeat(200) }, `${'😀'.repeat(100)}…`],
  ])('of %j is %j', (claims, name) => {
    expect(callerOf(claims).name).toBe(name);
  });
});

describe('the name by which export policies know a caller with a token', () => {
  it.each([
    [{ sub: 'jürgen\n', client_id: 'b' }, 'jwt:jürgen\n'],
    [{ sub: 'a'.repeat(500) }, `jwt:${'a'.repeat(500)}`],
    [{ client_id: 'reporting' }, 'jwt-client:reporting'],
    [{ sub: '-client:reporting' }, 'jwt:-client:reporting'],
  ])('of %j is %j: as the token says it, and a user is no client', (claims, policyName) => {
    expect(callerOf(claims).policyName).toBe(policyName);
  });
});
