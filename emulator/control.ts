import { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import { parseJson, readBody } from './body.ts';
import type { EmulatedCredential } from './credential.ts';
import type { JobBook } from './job-book.ts';
import type { Misbehaviours } from './misbehaviour.ts';
import type { MovableClock } from './movable-clock.ts';
import { type RequestBook, routes } from './requests.ts';
import type { IssuedTokens } from './tokens.ts';

interface ControlOptions {
  readonly clock: MovableClock;
  readonly credential: EmulatedCredential;
  readonly jobs: JobBook;
  readonly misbehaviours: Misbehaviours;
  readonly requests: RequestBook;
  readonly tokens: IssuedTokens;
}

/** The last time that a Date can be. */
const lastMs = 8.64e15;
const advanceSchema = (nowMs: number) =>
  z.strictObject({
    ms: z
      .number()
      .min(0)
      .max(lastMs - nowMs),
  });
const jobSchema = z.looseObject({ id: z.union([z.number(), z.string()]), status: z.string() });
const endSchema = z.strictObject({ ends: z.enum(['SUCCEEDED', 'FAILED']) });
const routeSchema = z.enum(routes).optional();

/** What people and tests in another process can ask of the emulator; `emulator/README.md` lists it. */
export function control({
  clock,
  credential,
  jobs,
  misbehaviours,
  requests,
  tokens,
}: ControlOptions): Router {
  const router = Router();
  // Whatever the media type: curl -d alone would say that it sends a form.
  router.use(readBody, parseJson, refuseBrokenJson);
  router.get('/credential', (_request, response) => {
    response.json(credential);
  });
  router.get('/requests', (request, response) => {
    response.json(requests.all(routeSchema.parse(request.query.route)));
  });
  router.delete('/requests', (_request, response) => {
    requests.clear();
    response.status(204).end();
  });
  router.post('/clock', (request, response) => {
    clock.advance(advanceSchema(clock.adobe.wallNow()).parse(request.body).ms);
    response.json({ now: new Date(clock.adobe.wallNow()).toISOString() });
  });
  router.post('/misbehaviours', (request, response) => {
    misbehaviours.add(request.body);
    response.status(204).end();
  });
  router.get('/misbehaviours', (_request, response) => {
    response.json(misbehaviours.planned());
  });
  router.delete('/misbehaviours', (_request, response) => {
    misbehaviours.clear();
    response.status(204).end();
  });
  router.delete('/tokens', (_request, response) => {
    tokens.revokeAll();
    response.status(204).end();
  });
  router.put('/sandboxes/:sandbox/jobs', (request, response) => {
    jobs.put(request.params.sandbox, jobSchema.parse(request.body));
    response.status(204).end();
  });
  router.patch('/jobs/:id', (request, response) => {
    const found = jobs.decide(request.params.id, endSchema.parse(request.body).ends);
    response.status(found ? 204 : 404).end();
  });
  return router;
}

const refuseBrokenJson: RequestHandler = (request, _response, next) => {
  if (typeof request.body !== 'string') return next();
  next(Object.assign(new Error('The body is not JSON'), { status: 400 }));
};
