/** Problems of who sends a request: whether it may come in, what it may do, and how often. */
export const accessProblems = {
  'not-authenticated': {
    status: 401,
    title: 'It is not known who sends this request',
    owner: 'caller',
    retryable: false,
    transient: false,
    cause: 'The request brings no credential, or one that is not valid here, or not any more.',
    cure: 'Send `Authorization: Bearer …` with a token or a key that this service accepts, or `x-caller-key`. A token may have ended: get a new one. Nothing was sent to Adobe.',
  },
  'permission-missing': {
    status: 403,
    title: 'This caller may not do this',
    owner: 'caller',
    retryable: false,
    transient: false,
    cause: 'The caller is known, and lacks the permission that `detail` names.',
    cure: 'Ask the operator, or whoever gives out your tokens, for that permission. Nothing was sent to Adobe.',
  },
  'sandbox-not-allowed': {
    status: 403,
    title: 'This sandbox is not served here',
    owner: 'caller',
    retryable: false,
    transient: false,
    cause:
      'The `x-sandbox-name` header names a sandbox that this service is not configured for, or that this caller may not use.',
    cure: "Name one that is, or leave the header out. The operator adds sandboxes with `ADOBE_SANDBOXES`, and a caller's in its entry or token.",
  },
  'host-not-allowed': {
    status: 403,
    title: 'This host name is not one of this service',
    owner: 'caller',
    retryable: false,
    transient: false,
    cause:
      'The request is addressed to a host name that is not one of this service: a page may have pointed a name of its own here.',
    cure: 'Address it as `localhost` or `127.0.0.1`, or by a name that the operator adds to `ALLOWED_HOSTS`. Nothing was sent to Adobe.',
  },
  'foreign-origin': {
    status: 403,
    title: 'A page of another origin may not do this',
    owner: 'caller',
    retryable: false,
    transient: false,
    cause:
      'By its `Origin` or `Sec-Fetch-Site` the request comes from a web page of another origin, and it would change something, or asks whether such a page may call (a CORS preflight).',
    cure: 'Send it from a page of the same origin, or from no page. The operator adds the origin of a trusted page to `CORS_ORIGINS`, or to `ALLOWED_HOSTS` the host of a gateway that serves both. Nothing was sent to Adobe.',
  },
  'too-many-streams': {
    status: 429,
    title: 'Too many streams of one caller',
    owner: 'caller',
    retryable: true,
    transient: false,
    cause:
      'The caller has as many event streams and waiting requests open, or as many unused tickets for streams, as one caller may have.',
    cure: 'Close streams that nobody looks at, watch each job once, or read the job itself: a cached answer costs nearly nothing. Operator: `streams.mostForEachCaller`; where nobody is authenticated, all who come through one gateway are one caller.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests of one caller',
    owner: 'caller',
    retryable: true,
    transient: false,
    cause:
      'The caller has sent more reads, or more creates and cancels, than one caller may in a minute. Or its credential is not valid, and too many others from its address were not either.',
    cure: 'Wait for what `Retry-After` says. `RateLimit` tells with each answer how many are left; a wait or a stream instead of polling needs one. Where the credential is not valid, send one that is: it is accepted at once. Nothing was sent to Adobe.',
  },
} as const;
