/**
 * The `code` that Node and most libraries give their errors, such as `ECONNRESET`. Read from anything that
 * has one: an error from another realm (a worker, a test sandbox) is no `instanceof Error` here.
 */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
