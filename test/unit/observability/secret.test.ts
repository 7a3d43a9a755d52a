import { describe, expect, it } from '@jest/globals';
import { redact, Secret } from '../../../src/observability/secret.ts';

describe('a text that somebody else wrote', () => {
  const token = 'eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2ln';

  it.each([
    ['at its beginning', `${token} was refused`, '[secret] was refused'],
    [
      'after what is none, with the same letters',
      `computeGatewayJobId ayJ ${token}`,
      'computeGatewayJobId ayJ [secret]',
    ],
    ['twice', `${token},${token}`, '[secret],[secret]'],
  ])('loses what looks like a token: %s', (_where, text, masked) => {
    expect(redact(text, [])).toBe(masked);
  });

  it('loses the secrets that are named, each time, and nothing else', () => {
    const secrets = [new Secret('p4ss'), new Secret('')];
    expect(redact('p4ss and p4ss, but no keyJ', secrets)).toBe('[secret] and [secret], but no keyJ');
  });
});
