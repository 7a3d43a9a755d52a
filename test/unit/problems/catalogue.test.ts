import { describe, expect, it } from '@jest/globals';
import * as auditErrors from '../../../src/audit/errors.ts';
import * as callersErrors from '../../../src/callers/errors.ts';
import * as claimsErrors from '../../../src/claims/errors.ts';
import * as httpErrors from '../../../src/http/errors.ts';
import * as imsErrors from '../../../src/ims/errors.ts';
import * as jobsErrors from '../../../src/jobs/errors.ts';
import * as platformErrors from '../../../src/platform/errors.ts';
import { problemCatalogue, problemCodes } from '../../../src/problems/catalogue.ts';
import { Fault, isTransient } from '../../../src/problems/fault.ts';

const faults = [auditErrors, callersErrors, claimsErrors, httpErrors, imsErrors, jobsErrors, platformErrors]
  .flatMap((room) => Object.values<unknown>({ ...room }))
  .filter((one) => typeof one === 'function' && one.prototype instanceof Fault)
  .map((FaultClass) => {
    const fault: unknown = Reflect.construct(Object(FaultClass), ['A sentence.']);
    if (!(fault instanceof Fault)) throw new Error('This is no fault.');
    return fault;
  });

describe('the catalogue of problems', () => {
  it('has a class for each code', () => {
    expect([...new Set(faults.map(({ code }) => code))].sort()).toEqual([...problemCodes].sort());
  });

  it('gives each fault the name of its class', () => {
    expect(new httpErrors.NotFound('').name).toBe('NotFound');
    expect(faults.every(({ name }) => /^[A-Z][A-Za-z]+$/.test(name) && name !== 'Fault')).toBe(true);
  });

  it('calls transient what ends by itself and says nothing about the job, and never a refusal', () => {
    const transient = faults.filter(isTransient).map(({ code }) => code);
    expect([...new Set(transient)].sort()).toEqual([
      'overloaded',
      'platform-circuit-open',
      'platform-failed',
      'platform-malformed',
      'platform-throttled',
      'platform-timed-out',
      'platform-unreachable',
      'token-unavailable',
    ]);
    expect(isTransient(new Error('of any other kind'))).toBe(false);
  });

  it('calls nothing transient that is not worth another try', () => {
    const kinds = Object.values(problemCatalogue);
    expect(kinds.filter(({ transient, retryable }) => transient && !retryable)).toEqual([]);
  });
});
