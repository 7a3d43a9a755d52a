import type { Request, Response } from 'express';

export const routes = ['token', 'jwt', 'list', 'get', 'create', 'cancel'] as const;

/** The six calls of the two services. */
export type Route = (typeof routes)[number];

/** One request as it arrived; a form's or a job's fields in `body`. */
export interface ReceivedRequest {
  readonly route: Route;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

/** What the emulator was asked, so that tests can ask it back. */
export interface RequestBook {
  add(route: Route, request: Request, response: Response): void;
  /** In the order of arrival; of one route where one is named. */
  all(route?: Route): readonly ReceivedRequest[];
  /** How many are still waiting for their answer, or reading it. */
  open(): number;
  clear(): void;
}

/** Old requests make room for new ones, for an emulator that runs for days. */
const mostRequests = 10_000;

export function createRequestBook(): RequestBook {
  const received: ReceivedRequest[] = [];
  const unanswered = new Set<Response>();
  return {
    add(route, { method, originalUrl, headers, body }, response) {
      unanswered.add(response);
      response.once('close', () => unanswered.delete(response));
      received.push({ route, method, url: originalUrl, headers, body });
      if (received.length > mostRequests) received.shift();
    },
    all: (route) => received.filter((request) => route === undefined || request.route === route),
    open: () => unanswered.size,
    clear() {
      received.length = 0;
    },
  };
}
