/**
 * The headers of answers that a page of another origin may read, besides those that it may read anyway
 * (https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name). A test holds them against the OpenAPI document.
 */
export const exposedHeaders = [
  'Age',
  'Allow',
  'Cache-Status',
  'Content-Location',
  'ETag',
  'Idempotent-Replayed',
  'Link',
  'Location',
  'Preference-Applied',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
  'x-request-id',
];

/** The headers of requests that are read here, and that a browser asks for before it sends them. */
export const allowedHeaders = [
  'Authorization',
  'Cache-Control',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'Last-Event-ID',
  'Prefer',
  'Request-Timeout',
  'x-caller-key',
  'x-request-id',
  'x-sandbox-name',
];
