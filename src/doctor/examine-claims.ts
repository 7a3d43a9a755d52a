import { type ClaimsFileState, inspectClaimsFile } from '../claims/inspect-claims-file.ts';
import { UnusableClaimsFile } from '../claims/unusable-claims-file.ts';
import type { Settings } from '../config/settings.ts';
import { checks } from './checks.ts';
import { type Finding, fails, ok, warns } from './finding.ts';

const found: Readonly<Record<Exclude<ClaimsFileState, 'in-memory'>, string>> = {
  'to-be-created': 'It is not there, and can be created',
  usable: 'It can be used',
  'in-use': 'A running service uses it',
};

/** Whether what is promised about creates can be kept. Creates nothing, and disturbs no running service. */
export function examineClaims({ creates: { claimsFile } }: Settings): Finding {
  try {
    const state = inspectClaimsFile(claimsFile);
    if (state !== 'in-memory') return ok(checks.claims, found[state]);
    const wrong = 'What is promised about creates ends with the process';
    return warns(checks.claims, { wrong, owner: 'operator', cure: 'Set CLAIMS_FILE to a path.' });
  } catch (error) {
    if (!(error instanceof UnusableClaimsFile)) throw error;
    const wrong = `CLAIMS_FILE names ${claimsFile}, which ${error.message}`;
    return fails(checks.claims, { wrong, owner: 'operator', cure: 'Set CLAIMS_FILE, or fix the file.' });
  }
}
