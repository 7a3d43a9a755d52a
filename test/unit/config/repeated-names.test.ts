import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { repeatedNames } from '../../../src/config/repeated-names.ts';
import { createConfigFolder, read } from '../../support/settings-under-test.ts';

describe('names that an object has twice', () => {
  it.each([
    ['{"a":1,"a":2}', [['a']]],
    ['{"a":{"b":[{},{"c":[1,2],"c":{}}]},"b":{}}', [['a', 'b', 1, 'c']]],
    [String.raw`{"a":1,"\u0061":2}`, [['a']]],
    ['{a:1,\'a\':2,/* a: */ "a": 3} // a:1', [['a'], ['a']]],
    ['{"a:b":"a:{,","c":"\\"a\\":[",x:{a:1},y:{a:1}}', []],
    ['[[1,[2]],{"a":-1.5e3,a:Infinity}]', [[1, 'a']]],
    ['\ufeff{"__proto__":1,"__proto__":2}', [['__proto__']]],
    ['7', []],
  ])('of %s are %j', (text, paths) => {
    expect(repeatedNames(text)).toEqual(paths);
  });

  it('are in no text that JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 2), (json, indent) => {
        expect(repeatedNames(JSON.stringify(JSON.parse(json), null, indent))).toEqual([]);
      }),
    );
  });

  it('are faults of the files of callers and of policies, beside the others', () => {
    using folder = createConfigFolder();
    const policies = folder.write(
      'p.json',
      '{"everyone":{"forbiddenFields":["a"],"forbiddenFields":[],"event":1}}',
    );
    const callers = folder.write('c.json', '{"callers":[],"callers":[]}');
    expect(read({ CALLER_AUTH: 'api-key', CALLERS_FILE: callers, POLICIES_FILE: policies })).toEqual([
      'CALLERS_FILE: callers is there twice in the same object',
      'POLICIES_FILE: everyone.forbiddenFields is there twice in the same object',
      'POLICIES_FILE: everyone.event is not known here',
    ]);
  });
});
