import { describe, expect, it } from '@jest/globals';
import { readMiddlewareOptions } from '../../../src/config/middleware-settings.ts';
import { createConfigFolder, read } from '../../support/settings-under-test.ts';

describe('the names of callers in POLICIES_FILE', () => {
  const entry = { name: 'reporting', keys: [`sha256:${'a'.repeat(64)}`], permissions: ['jobs:read'] };
  const faultsWith = (env: Readonly<Record<string, string>>, ...names: string[]) => {
    using folder = createConfigFolder();
    const callers = Object.fromEntries(names.map((name) => [name, {}]));
    const file = folder.write('rules.json', JSON.stringify({ callers }));
    const listed = folder.write('callers.json', JSON.stringify({ callers: [entry] }));
    const more = env.CALLER_AUTH?.includes('api-key') ? { CALLERS_FILE: listed } : {};
    const found = read({ POLICIES_FILE: file, ...env, ...more });
    return Array.isArray(found) ? found : [];
  };
  const tokens = { CALLER_AUTH: 'jwt', JWT_ISSUER: 'https://a.test', JWT_AUDIENCE: 'https://b.test' };

  it('have to be of CALLERS_FILE: rules under a misspelt name would count for nobody', () => {
    expect(faultsWith({ CALLER_AUTH: 'api-key' }, 'reporting', 'reportng', 'jwt:a')).toEqual([
      'POLICIES_FILE: callers.reportng is no caller of CALLERS_FILE: correct the name, or write jwt: before the subject of a token',
      'POLICIES_FILE: callers["jwt:a"] is nobody without CALLER_AUTH=jwt',
    ]);
  });

  it('are told together with all else that is wrong with the file, and once each', () => {
    using folder = createConfigFolder();
    const file = folder.write('rules.json', '{"callers":{"a":{"event":false},"b":1,"__proto__":{}}}');
    const wrong = [
      'POLICIES_FILE: callers.a.event is not known here',
      'POLICIES_FILE: callers.b must be an object with rules',
      'POLICIES_FILE: callers.__proto__ is a name that a caller cannot have',
    ];
    expect(read({ POLICIES_FILE: file })).toEqual([
      ...wrong,
      'POLICIES_FILE: callers.a is nobody: with CALLER_AUTH=none nobody is authenticated',
      'POLICIES_FILE: callers.b is nobody: with CALLER_AUTH=none nobody is authenticated',
    ]);
  });

  it('of tokens begin with jwt: or jwt-client:', () => {
    expect(
      faultsWith({ ...tokens, CALLER_AUTH: 'jwt,api-key' }, 'reporting', 'jwt:a', 'jwt-client:b'),
    ).toEqual([]);
    expect(faultsWith(tokens, 'a', 'jwt:a')).toEqual([expect.stringContaining('callers.a is no caller')]);
  });

  it('are nobody where nobody is authenticated', () => {
    expect(faultsWith({}, 'reporting')).toEqual([
      'POLICIES_FILE: callers.reporting is nobody: with CALLER_AUTH=none nobody is authenticated',
    ]);
  });

  it('cannot be taken by a listed caller: no such name has a colon', () => {
    using folder = createConfigFolder();
    const listed = folder.write('callers.json', JSON.stringify({ callers: [{ ...entry, name: 'jwt:a' }] }));
    expect(read({ CALLER_AUTH: 'api-key', CALLERS_FILE: listed })).toEqual([
      'CALLERS_FILE: callers[0].name must be 1 to 40 letters, digits, dots, _ or -',
    ]);
  });

  it('may be any where an application says who calls; the rules are checked all the same', () => {
    using folder = createConfigFolder();
    const adobe = { clientId: 'c', clientSecret: 's', orgId: 'o@AdobeOrg' };
    const open = (rules: object) => () => {
      const policiesFile = folder.write('rules.json', JSON.stringify(rules));
      return readMiddlewareOptions({ adobe, creates: { policiesFile } }).creates.policiesFile;
    };
    expect(open({ callers: { 'any name': {} } })()).toContain('rules.json');
    expect(open({ everyone: { events: 1 } })).toThrow(
      'creates.policiesFile: everyone.events must be true or false',
    );
  });
});
