import { describe, expect, it } from '@jest/globals';
import {
  meaningOfCode,
  platformCodes,
  refusalCure,
  refusedPart,
} from '../../../src/platform/platform-codes.ts';

describe("what Platform's codes mean", () => {
  it.each([
    ['400003', 400, 'our-mistake', undefined],
    ['401013', 401, 'token', 'token'],
    ['403010', 403, 'token', 'token'],
    ['403020', 403, 'token', 'token'],
    ['403000', 403, 'api-key', 'api-key'],
    ['403003', 403, 'api-key', 'api-key'],
    ['403025', 403, 'organization', 'organization'],
    ['UPAPI-113752-403', 403, 'sandbox', 'sandbox'],
    ['503020', 403, 'transient', undefined],
    ['403999', 403, undefined, undefined],
    [undefined, 403, undefined, undefined],
  ])('%s with %d: %s', (code, status, meaning, part) => {
    expect(meaningOfCode(code, status)).toBe(meaning);
    expect(refusedPart(code)).toBe(part);
  });

  it('counts only with the status that the code comes with', () => {
    expect(meaningOfCode('401013', 403)).toBeUndefined();
    expect(meaningOfCode('503020', 400)).toBeUndefined();
  });

  it('names each code of a refusal in its cure, and all of them where the code is none of these', () => {
    for (const { code } of platformCodes) {
      if (typeof code !== 'string' || refusedPart(code) === undefined) continue;
      expect(refusalCure(code)).toContain(code);
      expect(refusalCure()).toContain(code);
    }
    expect(refusalCure('403999')).toBe(refusalCure());
    expect(refusalCure('UPAPI-1-403')).toContain('role in this sandbox');
  });
});
