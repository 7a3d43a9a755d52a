import type { Authenticator } from '../callers/authenticator.ts';
import type { Caller } from '../callers/caller.ts';
import type { KeySet } from '../callers/jwt/key-set.ts';
import type { Settings } from '../config/settings.ts';
import type { Clock } from '../observability/clock.ts';
import { Fault } from '../problems/fault.ts';
import { checks } from './checks.ts';
import { examineOpenness } from './examine-openness.ts';
import { type Finding, fails, ok, skipped, toFailure, warns } from './finding.ts';

export interface ExamineCallersParts {
  /** Those that the service would verify tokens with; nothing where it verifies none. */
  readonly tokens?: { readonly keySet: KeySet; readonly authenticator: Authenticator } | undefined;
  /** What a caller would bring, where it is to be examined, or why it cannot be. */
  readonly token?: string | Finding | undefined;
  readonly clock: Clock;
}

/** Examines the side of the callers: the issuer's keys, a token, and whether a setting lets in more than it should. */
export async function* examineCallers(
  settings: Settings,
  { tokens, token, clock }: ExamineCallersParts,
): AsyncGenerator<Finding> {
  const keys = tokens && (await examineKeySet(tokens.keySet));
  if (keys !== undefined) yield keys;
  if (typeof token === 'object') yield token;
  else if (token !== undefined) {
    if (tokens === undefined)
      yield { mark: 'skipped', check: checks.token, because: 'CALLER_AUTH does not name jwt' };
    else if (keys?.mark !== 'ok') yield skipped(checks.token, checks.keySet);
    else yield await examineCallersToken(tokens.authenticator, token, settings, clock);
  }
  yield* examineOpenness(settings);
}

async function examineKeySet(keySet: KeySet): Promise<Finding> {
  try {
    const { ids } = await keySet.usable();
    const names = ids.map((id) => id ?? 'one without a kid').join(', ');
    return ok(
      checks.keySet,
      `${ids.length} ${ids.length === 1 ? 'key fits' : 'keys fit'} JWT_ALGORITHMS: ${names}`,
    );
  } catch (error) {
    const cure =
      'Check JWT_JWKS_URL, or JWT_ISSUER where the first is not set, JWT_ALGORITHMS, and the way out.';
    return fails(checks.keySet, { ...toFailure(error), cure });
  }
}

async function examineCallersToken(
  authenticator: Authenticator,
  token: string,
  { callers }: Settings,
  clock: Clock,
): Promise<Finding> {
  const credentials = { bearer: token, key: undefined, certificate: undefined };
  try {
    if (!authenticator.accepts(credentials)) {
      const cure = 'Give the file with an access token that is a JWT: three parts with dots between them.';
      return fails(checks.token, { wrong: 'The file holds no JWT', owner: 'caller', cure });
    }
    return toFinding(await authenticator.authenticate(credentials), callers.jwt, clock.wallNow());
  } catch (error) {
    const failure = toFailure(error);
    if (!(error instanceof Fault) || error.code !== 'not-authenticated') return fails(checks.token, failure);
    const cure = 'Compare the token with the JWT_* settings, or have the issuer write another one.';
    return fails(checks.token, { ...failure, cure });
  }
}

function toFinding(
  { name, permissions, sandboxes, expiresAtMs }: Caller,
  { permissionsClaim, sandboxesClaim }: Settings['callers']['jwt'],
  nowMs: number,
): Finding {
  const who = `It is of ${name}`;
  const owner = 'operator';
  if (permissions.size === 0) {
    const cure = `Have the issuer write jobs:read, jobs:create or jobs:cancel into the claim ${permissionsClaim}, or set JWT_PERMISSIONS_CLAIM.`;
    return warns(checks.token, { wrong: `${who}, who may do nothing`, owner, cure });
  }
  if (sandboxes.length === 0) {
    const cure = `Compare the claim ${sandboxesClaim} with ADOBE_SANDBOXES, or set JWT_SANDBOXES_CLAIM.`;
    return warns(checks.token, { wrong: `${who}, who may work in none of the sandboxes`, owner, cure });
  }
  const endsAtMs = expiresAtMs ?? nowMs;
  const minutes = Math.round((endsAtMs - nowMs) / 60_000);
  const end = `${new Date(endsAtMs).toISOString()} (in ${minutes} min)`;
  return ok(checks.token, `${who}: ${[...permissions].join(', ')} in ${sandboxes.join(', ')}, until ${end}`);
}
