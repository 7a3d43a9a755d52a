import type { CallContext, PlatformRequest } from './call.ts';
import { createToUpstreamRequest, type UpstreamIdentity } from './upstream-request.ts';

/** A request to Platform as it would be sent, with what is this service's own masked. */
export interface DescribedRequest {
  readonly method: string;
  readonly url: string;
  /** By their names in lower case, in the order in which they are sent. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
}

export type DescribeRequest = (
  request: PlatformRequest,
  context: Pick<CallContext, 'sandbox' | 'requestId'>,
) => DescribedRequest;

const masked = '[masked]';

/**
 * Describes requests by making them as those that are sent are made, only with masks in place of what callers never
 * see: so nothing that is secret has to be found and taken out again.
 */
export function createDescribeRequest(identity: UpstreamIdentity): DescribeRequest {
  const toUpstreamRequest = createToUpstreamRequest({
    origin: identity.origin,
    apiKey: masked,
    orgId: masked,
    profileInstanceId: identity.profileInstanceId && masked,
  });

  return (request, context) => {
    const { origin, path, method, headers, body } = toUpstreamRequest(request, context, masked);
    const byName: Record<string, string> = {};
    for (let at = 0; at + 1 < headers.length; at += 2) byName[headers[at] ?? ''] = headers[at + 1] ?? '';
    return { method, url: origin + path, headers: byName, body: body ?? '' };
  };
}
