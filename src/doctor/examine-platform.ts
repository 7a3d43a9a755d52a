import { randomUUID } from 'node:crypto';
import { type RefusedPart, refusalReason } from '../http/problems/refusal-reasons.ts';
import { toFault } from '../http/problems/to-fault.ts';
import type { PlatformClient } from '../platform/platform-client.ts';
import { checks } from './checks.ts';
import { type Finding, fails, ok, skipped, toTrouble } from './finding.ts';

interface Outcome {
  readonly sandbox: string;
  readonly error?: unknown;
  /** What Platform refuses, where its code tells. */
  readonly refused?: RefusedPart | undefined;
}

/**
 * Lists one export job in each sandbox, and concludes from the answers. What a sandbox was refused for its own
 * sake, or granted, has got past the organization and the API key, which Adobe's gateway looks at first.
 */
export async function examinePlatform(
  client: PlatformClient,
  sandboxes: readonly string[],
): Promise<readonly Finding[]> {
  const outcomes: Outcome[] = [];
  for (const sandbox of sandboxes) {
    const outcome = await list(client, sandbox);
    outcomes.push(outcome);
    // The next sandbox would hear the same.
    if (isGeneral(outcome) && !outcomes.some(isPastGateway)) break;
  }

  const general = outcomes.some(isPastGateway) ? undefined : outcomes.find(isGeneral);
  const generalCheck =
    general && generalChecks[general.refused === 'organization' ? 'organization' : 'api-key'];
  const first = checks.sandbox(sandboxes[0] ?? '');
  const conclude = (check: string): Finding => {
    if (generalCheck === check) return fails(check, toTrouble(general?.error));
    if (outcomes.some(isPastGateway)) return ok(check);
    return skipped(check, generalCheck ?? first);
  };

  return [
    conclude(checks.organization),
    conclude(checks.apiKey),
    ...sandboxes.map((sandbox) => {
      const check = checks.sandbox(sandbox);
      if (generalCheck) return skipped(check, generalCheck);
      const { error } = outcomes.find((outcome) => outcome.sandbox === sandbox) ?? {};
      return error === undefined ? ok(check) : fails(check, toTrouble(error));
    }),
  ];
}

const generalChecks = { organization: checks.organization, 'api-key': checks.apiKey };

function isGeneral({ refused }: Outcome): boolean {
  return refused === 'organization' || refused === 'api-key';
}

function isPastGateway({ error, refused }: Outcome): boolean {
  return error === undefined || refused === 'sandbox';
}

async function list(client: PlatformClient, sandbox: string): Promise<Outcome> {
  try {
    await client.list({ limit: 1 }, { sandbox, requestId: randomUUID() });
    return { sandbox };
  } catch (error) {
    const { code, details } = toFault(error);
    const refused = code === 'platform-refused-us' ? refusalReason(details.upstream?.code)?.part : undefined;
    return { sandbox, error, refused };
  }
}
