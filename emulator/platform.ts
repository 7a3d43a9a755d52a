import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import type { EmulatedCredential } from './credential.ts';
import { gateway, sandboxOf } from './gateway.ts';
import type { EmulatedJob, JobBook } from './job-book.ts';
import type { Misbehaviours } from './misbehaviour.ts';
import type { IssuedTokens } from './tokens.ts';

interface PlatformOptions {
  readonly credential: EmulatedCredential;
  readonly tokens: IssuedTokens;
  readonly misbehaviours: Misbehaviours;
  readonly jobs: JobBook;
}

const statuses = ['NEW', 'SUCCEEDED', 'FAILED'];

/** Platform's four calls on export jobs, behind its gateway. */
export function emulatedPlatform({ credential, tokens, misbehaviours, jobs }: PlatformOptions): Router {
  const router = Router();
  const check = gateway(credential, tokens);

  const list: RequestHandler = (request, response) => {
    const { limit = '100', offset, status } = request.query;
    if (status !== undefined && !statuses.includes(String(status))) {
      return refuse(response, `Unsupported status ${status}`);
    }
    const all = jobs.list(sandbox(request), status === undefined ? undefined : String(status));
    const begin = offset === undefined ? 0 : all.findIndex((job) => offsetOf(job) === offset);
    if (begin < 0) return refuse(response, `Unknown offset ${offset}`);
    const records = all.slice(begin, begin + Number(limit));
    const following = all[begin + Number(limit)];
    response.json({
      records,
      page: {
        sortField: 'createdTime',
        sort: 'desc',
        pageOffset: 'not-the-next-one',
        pageSize: records.length,
      },
      link: { next: following ? `/export/jobs/?limit=${limit}&offset=${offsetOf(following)}` : '' },
    });
  };

  const create: RequestHandler = (request, response) => {
    const fault = faultOf(request.body);
    if (fault) return refuse(response, fault);
    const job = jobs.create(sandbox(request), request.body);
    response.set('X-Location', `/export/jobs/${job.id}`).json(job);
  };

  const get: RequestHandler = (request, response) => {
    const job = jobs.find(sandbox(request), String(request.params.id));
    if (job === undefined) return notFound(response);
    response.json(job);
  };

  const cancel: RequestHandler = (request, response) => {
    const id = String(request.params.id);
    if (jobs.find(sandbox(request), id) === undefined) return notFound(response);
    if (!jobs.cancel(sandbox(request), id))
      return refuse(response, `Job ${id} has ended and cannot be cancelled`);
    response.json({ status: true, message: 'Export job has been marked for cancelling' });
  };

  const path = '/data/core/ups/export/jobs';
  router.get(path, misbehaviours.guard('list'), check, list);
  router.post(path, express.json(), misbehaviours.guard('create'), check, create);
  router.get(`${path}/:id`, misbehaviours.guard('get'), check, get);
  router.delete(`${path}/:id`, misbehaviours.guard('cancel'), check, cancel);
  return router;
}

function sandbox(request: Request): string {
  return sandboxOf(request.get('x-sandbox-name'));
}

/** Opaque to callers: where a page begins. */
function offsetOf(job: EmulatedJob): string {
  return `${job.creationTime}_${job.id}`;
}

function faultOf(body: unknown): string | undefined {
  const job: { destination?: { datasetId?: unknown }; schema?: { name?: unknown } } = Object(body);
  if (typeof job.destination?.datasetId !== 'string') return 'destination.datasetId is required';
  if (typeof job.schema?.name !== 'string') return 'schema.name is required';
  return undefined;
}

/** In the profile service's own shape, which differs from the gateway's. */
function refuse(response: Response, message: string): void {
  response.status(400).json({
    requestId: response.get('x-request-id'),
    errors: { '400': [{ code: 400, message }] },
    type: 'https://ns.adobe.com/aep/errors/UPLIB-101554-503',
    title: message,
    status: 400,
  });
}

function notFound(response: Response): void {
  response.status(404).json({
    status: 404,
    title: 'Export job not found',
    type: 'http://ns.adobe.com/adobecloud/problem/missing-entity',
  });
}
