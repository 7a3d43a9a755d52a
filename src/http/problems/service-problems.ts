import type { ProblemKind } from './problem-kind.ts';
import { refusalReasons } from './refusal-reasons.ts';

/** 5xx: the caller did nothing wrong, except where it asks for what is not implemented. */
export const serviceProblems = {
  'internal-error': {
    status: 500,
    title: 'This service has made a mistake',
    owner: 'operator',
    retryable: false,
    cause: 'Something happened here that nobody foresaw.',
    cure: 'Give the `requestId` to the operator: the log has a line with it.',
  },
  'not-implemented': {
    status: 501,
    title: 'This part of HTTP is not implemented here',
    owner: 'caller',
    retryable: false,
    cause: 'The body has a transfer coding other than `chunked`.',
    cure: 'Send the body with its `Content-Length`, or as `Transfer-Encoding: chunked` and nothing else.',
  },
  'platform-refused-us': {
    status: 502,
    title: 'Platform refuses this service',
    owner: 'operator',
    retryable: false,
    cause:
      'Platform does not accept the credential of this service, or the technical account lacks a permission. It says nothing about the caller.',
    cure: ['Operator: `upstream.code` tells which.', ...refusalReasons.map(({ text }) => text)].join(' '),
  },
  'platform-misconfigured': {
    status: 502,
    title: 'The way to Platform is not set up right',
    owner: 'operator',
    retryable: false,
    cause:
      "What answers is not Platform's export jobs, or a proxy on the way refuses to pass the request on. Nothing was started.",
    cure: 'Operator: check `PLATFORM_URL`, `HTTPS_PROXY` with its credential, and `NO_PROXY`; `upstream.status` tells what was answered, 407 by the proxy, 3xx where Platform is to be found elsewhere.',
  },
  'platform-failed': {
    status: 502,
    title: 'Platform failed',
    owner: 'platform',
    retryable: true,
    cause: 'Platform answered with an error of its own.',
    cure: 'Try again later. For a create, look into the list of jobs first: it may have been started. If it stays, the operator should check `PLATFORM_URL` and the proxy.',
  },
  'platform-malformed': {
    status: 502,
    title: 'Platform gave an answer that makes no sense',
    owner: 'platform',
    retryable: true,
    cause: 'The answer was not JSON, not a job, a redirect, or over 5 MB.',
    cure: 'Try again later. For a create whose job `Location` names, look at that job; for any other, look into the list of jobs first. If it stays, the operator should check `PLATFORM_URL` and the proxy.',
  },
  'platform-unreachable': {
    status: 502,
    title: 'Platform cannot be reached',
    owner: 'platform',
    retryable: true,
    cause:
      'No connection to Platform came about, or it broke. A proxy on the way that refuses is `owner` operator.',
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
    cure: 'Operator: compare `ADOBE_CLIENT_ID`, `ADOBE_CLIENT_SECRET` (and `ADOBE_CLIENT_SECRET_NEXT`) and `ADOBE_SCOPES` with the Developer Console. A JWT credential has ended: use OAuth server-to-server.',
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
  'platform-circuit-open': {
    status: 503,
    title: 'Platform is left alone for a moment',
    owner: 'platform',
    retryable: true,
    cause:
      'Platform has failed several times in a row in this sandbox, so it is not asked again for a moment.',
    cure: 'Try again after what `Retry-After` says. Nothing was sent to Platform.',
  },
  overloaded: {
    status: 503,
    title: 'This service has too much to do',
    owner: 'operator',
    retryable: true,
    cause:
      'This process has more requests than it can answer in time, so it refuses some at once instead of all of them late.',
    cure: 'Try again after what `Retry-After` says. Nothing was sent to Adobe. Operator: if it stays, run more processes.',
  },
  'not-ready': {
    status: 503,
    title: 'This service is not ready',
    owner: 'operator',
    retryable: true,
    cause: 'The process is stopping, or Adobe refuses its credential and it has no token left.',
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
} satisfies Readonly<Record<string, ProblemKind>>;
