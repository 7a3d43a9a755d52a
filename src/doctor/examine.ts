import type { Settings } from '../config/settings.ts';
import type { AccessToken, TokenIssuer, TokenSource } from '../ims/access-token.ts';
import type { OAuthIssuerOptions } from '../ims/oauth-issuer.ts';
import { askIms } from '../ims/oauth-issuer.ts';
import { proxyFor } from '../ims/proxy.ts';
import type { Clock } from '../observability/clock.ts';
import { createOrganizationMask } from '../observability/organization-mask.ts';
import { createDescribeRequest } from '../platform/describe-request.ts';
import { askPlatform, createDispatcher } from '../platform/dispatcher.ts';
import { createPlatformClient } from '../platform/platform-client.ts';
import { createSend } from '../platform/send.ts';
import { withToken } from '../platform/with-token.ts';
import { checks } from './checks.ts';
import { examineClock } from './examine-clock.ts';
import { examinePlatform } from './examine-platform.ts';
import { examineToken } from './examine-token.ts';
import { type Finding, fails, ok, skipped } from './finding.ts';
import { reach } from './reach.ts';

export interface ExamineParts {
  /** The one that the service would use. */
  readonly issuer: TokenIssuer;
  /** Those with which it asks IMS. */
  readonly agents: OAuthIssuerOptions['agents'];
  readonly clock: Clock;
}

/**
 * Examines, in order, all that usually fails on a first day, and gives each finding as soon as it is there. Asks
 * IMS for a token and Platform for one export job in each sandbox; creates and cancels nothing. Each step ends
 * within the settings' time-outs.
 */
export async function* examine(
  settings: Settings,
  { issuer, agents, clock }: ExamineParts,
): AsyncGenerator<Finding> {
  const { adobe, ims, platform } = settings;
  const { url: origin, ...limits } = platform;
  const { callTimeoutMs } = limits;
  const proxy = proxyFor(origin, settings.proxy);
  const toPlatform = createDispatcher({ ...limits, connections: 1, origin, proxy });

  try {
    yield ok(checks.settings);

    const { reached: imsReached, failure: imsFailure } = await reach({
      ask: askIms(ims.url, agents),
      clock,
      origin: ims.url,
      isProxySet: proxyFor(ims.url, settings.proxy) !== undefined,
      variable: 'IMS_URL',
      timeoutMs: ims.timeoutMs,
    });
    yield imsFailure ? fails(checks.ims, imsFailure) : ok(checks.ims);

    const { failure: platformFailure } = await reach({
      ask: askPlatform(origin, toPlatform),
      clock,
      origin,
      isProxySet: proxy !== undefined,
      variable: 'PLATFORM_URL',
      timeoutMs: callTimeoutMs,
    });
    yield platformFailure ? fails(checks.platform, platformFailure) : ok(checks.platform);

    yield imsReached ? examineClock(imsReached) : skipped(checks.clock, checks.ims);

    const { findings, token, failed } = imsFailure
      ? { ...skipToken(checks.ims), token: undefined }
      : await examineToken(issuer, adobe.credential);
    yield* findings;

    if (platformFailure || token === undefined) {
      const because = failed ?? checks.platform;
      const rest = [checks.organization, checks.apiKey, ...adobe.sandboxes.map(checks.sandbox)];
      yield* rest.map((check) => skipped(check, because));
      return;
    }
    const { clientId: apiKey, orgId } = adobe;
    const { largestAnswerBytes } = limits;
    const to = { dispatcher: toPlatform, proxyName: proxy?.name };
    const identity = { origin, apiKey, orgId };
    const attempt = createSend({ ...to, ...identity, callTimeoutMs, largestAnswerBytes, clock });
    // Without retries and the rest of the policy: the first failure is what the doctor has to show.
    const send = withToken(attempt, startingWith(token, issuer), clock);
    const hideOrganization = createOrganizationMask(orgId);
    const { deadlineMs } = settings.platform;
    const client = createPlatformClient({
      send,
      describe: createDescribeRequest(identity),
      origin,
      deadlineMs,
      hideOrganization,
      clock,
    });
    yield* await examinePlatform(client, adobe.sandboxes);
  } finally {
    await toPlatform.destroy();
  }
}

function skipToken(because: string) {
  const findings = [skipped(checks.credential, because), skipped(checks.scopes, because)];
  return { findings, failed: because };
}

/** The token that was just issued, and a new one where Platform refuses it; the client asks for no more than one. */
function startingWith(first: AccessToken, issuer: TokenIssuer): TokenSource {
  let token = first;
  return {
    current: () => token,
    async reject() {
      token = await issuer.issue();
    },
  };
}
