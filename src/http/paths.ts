/**
 * Every path that is served, with its methods: for `Allow` where a method is not known, and for the preflight of a
 * browser that asks which ones are.
 */
export const methodsOf = {
  '/jobs': ['GET', 'HEAD', 'POST'],
  '/jobs/:id': ['GET', 'HEAD', 'DELETE'],
  '/jobs/:id/events': ['GET'],
  '/jobs/:id/events/tickets': ['POST'],
  '/livez': ['GET', 'HEAD'],
  '/readyz': ['GET', 'HEAD'],
  '/openapi.json': ['GET', 'HEAD'],
  '/problems/:code': ['GET', 'HEAD'],
} as const;
