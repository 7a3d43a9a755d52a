import type { RequestHandler } from 'express';
import { type Tickets, ticketLifeMs } from '../../callers/tickets.ts';
import type { Jobs } from '../../jobs/jobs.ts';
import { answer } from '../answer.ts';
import { discardBody } from '../body/discard-body.ts';
import { Overloaded, TooManyStreams } from '../errors.ts';
import { queryOf } from '../fields/request-target.ts';
import { readJobsRequest } from '../jobs-request.ts';
import { parseJobId, refuseQuery } from '../parameters.ts';
import { contextOf } from '../request-context.ts';
import { readWatched } from './read-watched.ts';

export interface TicketsRouteOptions {
  readonly jobs: Jobs;
  readonly tickets: Tickets;
  readonly largestBodyBytes: number;
}

/**
 * `POST /jobs/{id}/events/tickets`: for a browser's EventSource, which can send no credential of a page. It answers with
 * the path of the stream, and not with a `Location`, which gateways log.
 */
export function ticketsRoute({ jobs, tickets, largestBodyBytes }: TicketsRouteOptions): RequestHandler {
  return async (request, response) => {
    const context = contextOf(response);
    const asked = readJobsRequest(request, response, 'jobs:read');
    refuseQuery(queryOf(request));
    const id = parseJobId(request.params.id);
    context.jobId = id;
    await discardBody(request, response, largestBodyBytes);
    // EventSource does not tell a page why it gets no stream; this answer does. The stream finds the job in the cache.
    await readWatched(jobs, id, asked);
    const ticket = await tickets.issue({ caller: asked.caller, jobId: id, sandbox: asked.sandbox });
    if (ticket === 'too-many-of-caller') {
      const detail = 'This caller has as many tickets that it has not used as it may have: use them first.';
      throw new TooManyStreams(detail, { retryAfterMs: ticketLifeMs });
    }
    if (ticket === 'too-many') {
      const detail = 'This service has given out as many tickets as it can; nearly none of them is used.';
      throw new Overloaded(detail, { retryAfterMs: ticketLifeMs });
    }
    answer(response, {
      status: 201,
      body: {
        ticket: ticket.value,
        expiresAt: new Date(ticket.expiresAtMs).toISOString(),
        url: `${context.mountPath}/jobs/${id}/events?ticket=${ticket.value}`,
      },
      headers: { 'cache-control': 'no-store' },
    });
  };
}
