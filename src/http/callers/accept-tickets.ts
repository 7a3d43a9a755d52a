import type { Request } from 'express';
import { invalidTicket, type Tickets } from '../../callers/tickets.ts';
import { queryOf } from '../fields/request-target.ts';
import type { IdentifyCaller } from './authenticate.ts';

/** The one path that takes a ticket, whatever it is mounted below. */
const streamPath = /\/jobs\/([A-Za-z0-9_-]{1,128})\/events\/?$/;

/**
 * Where a stream is asked for with a ticket, that decides who asks, whatever else the request brings, as with any other
 * credential that is taken first (`firstOf`). All other requests are for `identify`.
 */
export function acceptTickets(identify: IdentifyCaller, tickets: Tickets): IdentifyCaller {
  return (request) => {
    // Nearly no request is for a stream.
    if (!request.url.includes('/events') || request.method !== 'GET') return identify(request);
    const [, jobId] = streamPath.exec(`${request.baseUrl}${request.path}`) ?? [];
    const query = queryOf(request);
    if (jobId === undefined || !query.has('ticket')) return identify(request);
    const [ticket = '', ...more] = query.getAll('ticket');
    if (more.length > 0) throw invalidTicket();
    return tickets.redeem(ticket, { jobId, ...sandboxOf(request, query) });
  };
}

function sandboxOf(request: Request, query: URLSearchParams): { readonly sandbox?: string } {
  const sandbox = query.get('sandbox') ?? request.get('x-sandbox-name');
  return sandbox === undefined ? {} : { sandbox };
}
