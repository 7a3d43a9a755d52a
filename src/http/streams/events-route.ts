import type { RequestHandler } from 'express';
import { staleFaultOf } from '../../jobs/cache/read-through.ts';
import type { Jobs } from '../../jobs/jobs.ts';
import { isLast, type WatchedJob } from '../../jobs/watching/watcher.ts';
import type { Clock } from '../../observability/clock.ts';
import { answer } from '../answer.ts';
import { queryOf } from '../fields/request-target.ts';
import { readJobsRequest } from '../jobs-request.ts';
import { parseJobId, parseSandboxQuery } from '../parameters.ts';
import { type Occurrence, toProblem } from '../problems/problem.ts';
import { toFault } from '../problems/to-fault.ts';
import { contextOf, occurrenceOf } from '../request-context.ts';
import { endWithCredential } from './end-with-credential.ts';
import { type EventStream, openEventStream } from './event-stream.ts';
import { createHeartbeats } from './heartbeats.ts';
import { doneIdOf, missedEvents, toEvents } from './job-events.ts';
import { readLastEventId } from './last-event-id.ts';
import { readWatched } from './read-watched.ts';
import type { StreamLimit } from './stream-limit.ts';

export interface StreamOptions {
  readonly jobs: Jobs;
  readonly limit: StreamLimit;
  readonly heartbeatMs: number;
  /** How long a caller waits before it comes back after a broken connection. */
  readonly reconnectMs: number;
  readonly clock: Clock;
  readonly random: () => number;
}

/** `GET /jobs/{id}/events`: the present state at once, then every change, then `done` and the end. */
export function eventsRoute(options: StreamOptions): RequestHandler {
  const { jobs, limit, reconnectMs, clock, random } = options;
  const heartbeats = createHeartbeats(options.heartbeatMs, clock);

  function watch(stream: EventStream, job: WatchedJob, occurrence: Occurrence): void {
    const telling = {
      toProblemJson: (error: unknown) => JSON.stringify(toProblem(toFault(error), occurrence)),
      // Spread, so that those who were sent away at once do not come back at once.
      comeBackInMs: () => Math.round(reconnectMs * (0.5 + random())),
    };
    const leave = jobs.watch(job, (event) => {
      stream.send(toEvents(event, stream.lastId(), telling));
      if (isLast(event)) stream.end();
    });
    stream.onClose(leave);
    heartbeats.add(stream);
  }

  return async (request, response) => {
    const context = contextOf(response);
    const sandbox = parseSandboxQuery(queryOf(request), request.get('x-sandbox-name'));
    const id = parseJobId(request.params.id);
    context.jobId = id;
    const asked = readJobsRequest(request, response, 'jobs:read', sandbox);
    const release = limit.claim(asked.caller.id);
    // A host that had to look up who the caller is may have taken longer than the caller wanted to wait.
    if (response.closed) release();
    else response.once('close', release);
    const { found, error } = await readWatched(jobs, id, asked);
    const lastSeen = readLastEventId(request);
    const state = found?.cached.state;
    // The one answer after which EventSource does not come back.
    if (state?.done && lastSeen === doneIdOf(state)) return answer(response, { status: 204 });

    const stream = openEventStream(response, { reconnectMs, lastSeen, now: clock.now });
    if (found) stream.send(missedEvents(found.cached, lastSeen));
    if (state?.done) return stream.end();
    const scope = { sandbox: asked.sandbox, permission: asked.permission };
    const watched = { scope, id, error: found ? staleFaultOf(found.source) : error };
    endWithCredential(stream, asked.caller, clock);
    watch(stream, watched, occurrenceOf(context));
  };
}
