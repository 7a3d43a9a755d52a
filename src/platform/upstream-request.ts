import type { CallContext, PlatformRequest } from './call.ts';

/** As whom Platform is called, and where. */
export interface UpstreamIdentity {
  /** Platform's origin. */
  readonly origin: string;
  readonly apiKey: string;
  readonly orgId: string;
  /** Goes with each create. */
  readonly profileInstanceId?: string | undefined;
}

/** A request as it is handed to undici, which adds what belongs to the connection: `host` and `content-length`. */
export interface UpstreamRequest {
  readonly origin: string;
  readonly path: string;
  readonly method: PlatformRequest['method'];
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: string | null;
}

export type ToUpstreamRequest = (
  request: PlatformRequest,
  context: Pick<CallContext, 'sandbox' | 'requestId'>,
  token: string,
) => UpstreamRequest;

/** Makes requests from nothing: of the caller's own request only its id goes along. */
export function createToUpstreamRequest(identity: UpstreamIdentity): ToUpstreamRequest {
  const { origin, apiKey, orgId, profileInstanceId } = identity;
  const fixed = ['accept', 'application/json', 'accept-encoding', 'identity'];
  fixed.push('x-api-key', apiKey, 'x-gw-ims-org-id', orgId);

  return ({ operation, method, path, body }, { sandbox, requestId }, token) => {
    const headers = [...fixed, 'authorization', `Bearer ${token}`];
    headers.push('x-sandbox-name', sandbox, 'x-request-id', requestId);
    if (body !== undefined) headers.push('content-type', 'application/json');
    if (operation === 'create' && profileInstanceId !== undefined) {
      headers.push('x-profile-instance-id', profileInstanceId);
    }
    return { origin, path, method, headers, body: body ?? null };
  };
}
