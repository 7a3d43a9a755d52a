import { randomUUID } from 'node:crypto';
import { PlatformRefusedUs } from '../platform/errors.ts';
import type { PlatformClient } from '../platform/platform-client.ts';
import { type RefusedPart, refusedPart } from '../platform/platform-codes.ts';
import { checks } from './checks.ts';
import { type Finding, fails, ok, skipped, toFailure } from './finding.ts';

interface Outcome {
  readonly sandbox: string;
  readonly error?: unknown;
  /** What Platform refuses, where its code says so. */
  readonly refused?: RefusedPart | undefined;
}

/**
 * Lists one export job in each sandbox, and concludes from the answers. Adobe's gateway checks the organization
 * and the API key first, so both are right where a list was given or only the sandbox was refused.
 */
export async function examinePlatform(
  client: PlatformClient,
  sandboxes: readonly string[],
): Promise<readonly Finding[]> {
  const outcomes: Outcome[] = [];
  for (const sandbox of sandboxes) {
    const outcome = await list(client, sandbox);
    outcomes.push(outcome);
    // The answer for the next sandbox would be the same.
    if (isGeneral(outcome) && !outcomes.some(passedGateway)) break;
  }

  const general = outcomes.some(passedGateway) ? undefined : outcomes.find(isGeneral);
  const generalCheck =
    general && generalChecks[general.refused === 'organization' ? 'organization' : 'api-key'];
  const first = checks.sandbox(sandboxes[0] ?? '');
  const conclude = (check: string): Finding => {
    if (generalCheck === check) return fails(check, toFailure(general?.error));
    if (outcomes.some(passedGateway)) return ok(check);
    return skipped(check, generalCheck ?? first);
  };

  return [
    conclude(checks.organization),
    conclude(checks.apiKey),
    ...sandboxes.map((sandbox) => {
      const check = checks.sandbox(sandbox);
      if (generalCheck) return skipped(check, generalCheck);
      const { error } = outcomes.find((outcome) => outcome.sandbox === sandbox) ?? {};
      return error === undefined ? ok(check) : fails(check, toFailure(error));
    }),
  ];
}

const generalChecks = { organization: checks.organization, 'api-key': checks.apiKey };

function isGeneral({ refused }: Outcome): boolean {
  return refused === 'organization' || refused === 'api-key';
}

function passedGateway({ error, refused }: Outcome): boolean {
  return error === undefined || refused === 'sandbox';
}

async function list(client: PlatformClient, sandbox: string): Promise<Outcome> {
  try {
    await client.list({ limit: 1 }, { sandbox, requestId: randomUUID() });
    return { sandbox };
  } catch (error) {
    const isRefusal = error instanceof PlatformRefusedUs;
    return { sandbox, error, ...(isRefusal && { refused: refusedPart(error.details.upstream?.code) }) };
  }
}
