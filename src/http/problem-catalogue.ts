import type { TokenFault } from '../ims/errors.ts';
import type { JobsFault } from '../jobs/errors.ts';
import type { PlatformFault } from '../platform/errors.ts';
import type { HttpFault } from './errors.ts';

/** Who can mend it. */
export type Owner = 'caller' | 'operator' | 'platform';

export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  readonly owner: Owner;
  /** Whether the same request may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  readonly cause: string;
  readonly cure: string;
}

export type KnownFault = JobsFault | PlatformFault | TokenFault | HttpFault;
export type ProblemCode = KnownFault['code'];

/** Every problem this service answers with. A fault without an entry here does not compile. */
export const problemCatalogue: Readonly<Record<ProblemCode, ProblemKind>> = {
  'invalid-parameters': {
    status: 400,
    title: 'A parameter cannot be understood',
    owner: 'caller',
    retryable: false,
    cause: 'A path or query parameter is unknown, is given twice, or has a value that it cannot have.',
    cure: 'Mend what `errors` names. Nothing was sent to Adobe.',
  },
  'unreadable-body': {
    status: 400,
    title: 'The body cannot be read',
    owner: 'caller',
    retryable: false,
    cause: 'The request has no body, or one that is not JSON in UTF-8, or it ended before it was complete.',
    cure: 'Send one JSON object. Nothing was sent to Adobe.',
  },
  'unreadable-request': {
    status: 400,
    title: 'This is not HTTP',
    owner: 'caller',
    retryable: false,
    cause: 'The request line or a header breaks the rules of HTTP/1.1.',
    cure: 'Look at what the client or a proxy on the way really sends.',
  },
  'sandbox-not-allowed': {
    status: 403,
    title: 'This sandbox is not served here',
    owner: 'caller',
    retryable: false,
    cause: 'The `x-sandbox-name` header names a sandbox that this service is not configured for.',
    cure: 'Name one that is, or leave the header out. The operator adds sandboxes with `ADOBE_SANDBOXES`.',
  },
  'not-found': {
    status: 404,
    title: 'There is nothing at this path',
    owner: 'caller',
    retryable: false,
    cause: 'No resource of this service has this path.',
    cure: 'Compare the path with `/openapi.json`; paths are case-sensitive.',
  },
  'job-not-found': {
    status: 404,
    title: 'There is no such job',
    owner: 'caller',
    retryable: false,
    cause: 'Platform knows no job with this id in this sandbox.',
    cure: 'Check the id and the `x-sandbox-name` header: a job lives in one sandbox only.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'This resource does not know this method',
    owner: 'caller',
    retryable: false,
    cause: 'The path is right and the method is not.',
    cure: 'Use one of the methods that the `Allow` header names.',
  },
  'request-timed-out': {
    status: 408,
    title: 'The request did not arrive in time',
    owner: 'caller',
    retryable: true,
    cause: 'The headers or the body of the request took too long to arrive.',
    cure: 'Send it again.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too large',
    owner: 'caller',
    retryable: false,
    cause: 'The body has more than 100 kB.',
    cure: 'Export with fewer segments or fields in one job, or split it into several jobs.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Only JSON is understood here',
    owner: 'caller',
    retryable: false,
    cause:
      'The `Content-Type` is not `application/json`, or the body has an encoding that is not known here.',
    cure: 'Send `Content-Type: application/json` and the body in UTF-8.',
  },
  'invalid-job': {
    status: 422,
    title: 'This is not a job that can be started',
    owner: 'caller',
    retryable: false,
    cause: 'The body is JSON, but a property is missing, unknown or has a value that it cannot have.',
    cure: 'Mend what `errors` names; it names everything at once. Nothing was sent to Adobe.',
  },
  'job-refused': {
    status: 422,
    title: 'Platform refuses what was asked for',
    owner: 'caller',
    retryable: false,
    cause:
      'The request is well formed, but Platform does not accept its content: a dataset, a segment, a state.',
    cure: "Read Platform's own sentences in `detail` and `upstream.messages`.",
  },
  'headers-too-large': {
    status: 431,
    title: 'The headers are too large',
    owner: 'caller',
    retryable: false,
    cause:
      'The headers of the request have more than 16 kB together; often it is a cookie that nobody needs here.',
    cure: 'Send fewer headers. This service needs none but `Content-Type` and, where wanted, `x-sandbox-name`.',
  },
  'internal-error': {
    status: 500,
    title: 'This service has made a mistake',
    owner: 'operator',
    retryable: false,
    cause: 'Something happened here that nobody foresaw.',
    cure: 'Give the `requestId` to the operator: the log has a line with it.',
  },
  'platform-refused-us': {
    status: 502,
    title: 'Platform refuses this service',
    owner: 'operator',
    retryable: false,
    cause:
      'Platform does not accept the credential of this service, or the technical account lacks a permission. It says nothing about the caller.',
    cure: 'Operator: `upstream.code` tells which. 403000 and 403003: the API key (`ADOBE_CLIENT_ID`). 403025: the organization (`ADOBE_ORG_ID`) or the product profile. 401013: IMS and Platform disagree about the token. Codes such as UPAPI-…-403: the technical account lacks a role in this sandbox.',
  },
  'platform-failed': {
    status: 502,
    title: 'Platform failed',
    owner: 'platform',
    retryable: true,
    cause: 'Platform answered with an error of its own.',
    cure: 'Try again later. For a create, look into the list of jobs first: it may have been started.',
  },
  'platform-malformed': {
    status: 502,
    title: 'Platform gave an answer that makes no sense',
    owner: 'platform',
    retryable: true,
    cause: 'The answer was not JSON, not a job, a redirect, or over 5 MB.',
    cure: 'Try again later. For a create, look into the list of jobs first. If it stays, the operator should check `PLATFORM_URL` and the proxy.',
  },
  'platform-unreachable': {
    status: 502,
    title: 'Platform cannot be reached',
    owner: 'platform',
    retryable: true,
    cause: 'No connection to Platform came about, or it broke.',
    cure: 'Try again later. For a create that is not `retryable`, look into the list of jobs first. If it stays, the operator should check `PLATFORM_URL`, DNS and the proxy.',
  },
  'token-unavailable': {
    status: 503,
    title: 'There is no token to be had',
    owner: 'platform',
    retryable: true,
    cause:
      'The token service of Adobe (IMS) is down, slow or throttling, so nothing can be sent to Platform.',
    cure: 'Try again after what `Retry-After` says. Nothing was sent to Platform.',
  },
  'credential-refused': {
    status: 503,
    title: 'Adobe refuses the credential of this service',
    owner: 'operator',
    retryable: false,
    cause:
      'IMS does not accept the client id, the secret, the scopes or the key that this service was given.',
    cure: 'Operator: compare `ADOBE_CLIENT_ID`, `ADOBE_CLIENT_SECRET` and `ADOBE_SCOPES` with the Developer Console. A JWT credential has ended: use OAuth server-to-server.',
  },
  'platform-throttled': {
    status: 503,
    title: 'Platform throttles this service',
    owner: 'platform',
    retryable: true,
    cause:
      "The limit that Adobe sets for this service's credential is reached. It is not this caller's limit alone.",
    cure: 'Wait for what `Retry-After` says; asking earlier prolongs it.',
  },
  'not-ready': {
    status: 503,
    title: 'This service is not ready',
    owner: 'operator',
    retryable: true,
    cause: 'The process is starting or stopping.',
    cure: 'Send the request to another instance, or try again.',
  },
  'platform-timed-out': {
    status: 504,
    title: 'Platform was too slow',
    owner: 'platform',
    retryable: true,
    cause: 'Platform did not answer within the time that this service waits.',
    cure: 'Try again. For a create, look into the list of jobs first: it may have been started.',
  },
};

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(problemCatalogue, code);
}
