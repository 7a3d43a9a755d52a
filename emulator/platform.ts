import { type Request, type RequestHandler, Router } from 'express';
import { listedAfterMs, refuseByProfile, sendJson, sendProblem } from './answers.ts';
import { parseJson, readBody } from './body.ts';
import type { EmulatedCredential } from './credential.ts';
import { parseExportRequest } from './export-request.ts';
import { gateway, identify } from './gateway.ts';
import type { JobBook } from './job-book.ts';
import type { Misbehaviours } from './misbehaviour.ts';
import { isBehind, offsetOf, parseLimit, parseOffset } from './paging.ts';
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
  const check = [identify, gateway(credential, tokens)];

  const list: RequestHandler = (request, response) => {
    const { status, limit, offset } = request.query;
    if (status !== undefined && !statuses.includes(String(status))) {
      return refuseByProfile(response, `Unsupported status ${status}`);
    }
    // Without a limit all jobs come, which Adobe advises against.
    const most = limit === undefined ? Number.POSITIVE_INFINITY : parseLimit(String(limit));
    if (most === undefined) return refuseByProfile(response, `Invalid limit ${limit}: a positive number`);
    const position = typeof offset === 'string' ? parseOffset(offset) : undefined;
    if (offset !== undefined && position === undefined) {
      return refuseByProfile(response, `Invalid offset ${offset}`);
    }
    const all = jobs
      .list(sandboxOf(request), status === undefined ? undefined : String(status))
      .filter((job) => position === undefined || isBehind(job, position));
    const records = all.slice(0, most);
    const pageOffset = offsetOf(records.at(-1));
    const next = `/export/jobs/?limit=${most}&offset=${encodeURIComponent(pageOffset)}`;
    sendJson(response, 200, {
      records,
      page: { sortField: 'createdTime', sort: 'desc', pageOffset, pageSize: records.length },
      link: { next: records.length < all.length ? next : '' },
    });
  };

  const create: RequestHandler = (request, response) => {
    if (!/^application\/([\w.-]+\+)?json *(;|$)/i.test(request.get('content-type') ?? '')) {
      return sendProblem(response, 415, 'unsupported-media-type', 'Unsupported Media Type');
    }
    const job = parseExportRequest(request.body);
    if (typeof job === 'string') return refuseByProfile(response, job);
    const created = jobs.create(sandboxOf(request), job, { listedAfterMs: listedAfterMs(response) });
    response.set('X-Location', `/export/jobs/${created.id}`);
    sendJson(response, 200, created);
  };

  const get: RequestHandler = (request, response) => {
    const job = jobs.find(sandboxOf(request), String(request.params.id));
    if (job === undefined) return sendProblem(response, 404, 'missing-entity', 'Export job not found');
    sendJson(response, 200, job);
  };

  const cancel: RequestHandler = (request, response) => {
    const id = String(request.params.id);
    if (jobs.find(sandboxOf(request), id) === undefined) {
      return sendProblem(response, 404, 'missing-entity', 'Export job not found');
    }
    if (!jobs.cancel(sandboxOf(request), id)) {
      return refuseByProfile(response, `Job ${id} has ended and cannot be cancelled`);
    }
    sendJson(response, 200, { status: true, message: 'Export job has been marked for cancelling' });
  };

  const path = '/data/core/ups/export/jobs';
  router.get(path, misbehaviours.guard('list'), check, list);
  router.post(path, readBody, parseJson, misbehaviours.guard('create'), check, create);
  router.get(`${path}/:id`, misbehaviours.guard('get'), check, get);
  router.delete(`${path}/:id`, misbehaviours.guard('cancel'), check, cancel);
  return router;
}

/** The gateway lets no request pass without it. */
function sandboxOf(request: Request): string {
  return request.get('x-sandbox-name') ?? '';
}
