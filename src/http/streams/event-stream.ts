import type { Response } from 'express';
import { commonHeaders } from '../answer.ts';
import { scopeOf } from '../request-scope.ts';

/** One event; https://html.spec.whatwg.org/multipage/server-sent-events.html */
export interface StreamEvent {
  readonly event: string;
  /** JSON, which has no line breaks. */
  readonly data: string | Buffer;
  /** What the caller sends as `Last-Event-ID` when it comes back. */
  readonly id?: string;
  /** How long the caller waits before it comes back, from now on. */
  readonly retryMs?: number;
}

/** An answer that goes on. */
export interface EventStream {
  send(event: StreamEvent): void;
  /** A comment, which keeps gateways from closing a silent connection. Nothing where something was sent since then. */
  beat(sinceMs: number): void;
  end(): void;
  /** Calls back once, when the stream has ended or the caller is gone. */
  onClose(run: () => void): void;
}

export interface EventStreamOptions {
  readonly reconnectMs: number;
  readonly now: () => number;
}

/** What a caller that does not read may leave unread; it can come back and resume. */
const mostUnreadBytes = 256 * 1024;

/**
 * Begins to answer with a stream of events. Of our own and not by a library, for its bytes are made once for
 * all who follow a job; decision 0009 has the figures.
 */
export function openEventStream(response: Response, { reconnectMs, now }: EventStreamOptions): EventStream {
  let lastSentMs = now();
  response.writeHead(200, {
    ...commonHeaders(response),
    'content-type': 'text/event-stream; charset=utf-8',
    // nginx keeps an answer back until its buffer is full, and compression until its block is.
    'cache-control': 'private, no-cache, no-transform',
    'x-accel-buffering': 'no',
    vary: 'x-sandbox-name',
  });
  // What the log line waits for where the caller has gone first, as it usually does.
  response.once('close', () => scopeOf(response).whenAnswered?.());

  function write(bytes: Buffer | string): void {
    if (response.writableEnded || response.destroyed) return;
    lastSentMs = now();
    response.write(bytes);
    if (response.writableLength > mostUnreadBytes) response.destroy();
  }

  write(`retry: ${reconnectMs}\n\n`);
  return {
    send({ event, data, id, retryMs }) {
      const retry = retryMs === undefined ? '' : `retry: ${retryMs}\n`;
      const idLine = id === undefined ? '' : `id: ${id}\n`;
      write(`${retry}${idLine}event: ${event}\ndata: ${data}\n\n`);
    },
    beat(sinceMs) {
      if (lastSentMs < sinceMs) write(': still here\n\n');
    },
    end: () => response.end(),
    onClose(run) {
      if (response.closed) run();
      else response.once('close', run);
    },
  };
}
