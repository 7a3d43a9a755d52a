import type { Response } from 'express';
import { contextOf } from '../request-context.ts';

/** One event; https://html.spec.whatwg.org/multipage/server-sent-events.html */
export interface StreamEvent {
  readonly event: string;
  /** JSON, which has no line breaks. */
  readonly data: string;
  /** What the caller sends as `Last-Event-ID` when it comes back. */
  readonly id?: string;
  /** How long the caller waits before it comes back, from now on. */
  readonly retryMs?: number;
}

/** An answer that goes on. */
export interface EventStream {
  /** In one piece. */
  send(events: readonly StreamEvent[]): void;
  /** The id of the last event that the caller has; nothing before there was one. */
  lastId(): string | undefined;
  /** A comment, which keeps gateways from closing a silent connection. Nothing where something was sent since then. */
  beat(sinceMs: number): void;
  end(): void;
  /** Calls back once, when the stream has ended or the caller is gone. */
  onClose(run: () => void): void;
}

export interface EventStreamOptions {
  readonly reconnectMs: number;
  /** The caller's `Last-Event-ID`. */
  readonly lastSeen: string | undefined;
  readonly now: () => number;
}

/** What a caller may leave unread and still be sent more; it can come back and resume. */
const mostUnreadBytes = 256 * 1024;

/** Begins to answer with a stream of events. Of our own and not by a library: decision 0009 says why. */
export function openEventStream(
  response: Response,
  { reconnectMs, lastSeen, now }: EventStreamOptions,
): EventStream {
  let lastSentMs = now();
  let lastId = lastSeen;
  response.status(200).vary('x-sandbox-name');
  response.set('content-type', 'text/event-stream; charset=utf-8');
  // nginx keeps an answer back until its buffer is full, and compression until its block is.
  response.set({ 'cache-control': 'private, no-cache, no-transform', 'x-accel-buffering': 'no' });
  // What the log line waits for where the caller has gone first, as it usually does.
  response.once('close', () => contextOf(response).whenAnswered?.());

  function write(text: string): void {
    if (response.writableEnded || response.destroyed) return;
    // Asked before, because one event may be larger, and who reads it would be cut off each time.
    if (response.writableLength > mostUnreadBytes) {
      response.destroy();
      return;
    }
    lastSentMs = now();
    response.write(text);
  }

  write(`retry: ${reconnectMs}\n\n`);
  return {
    send(events) {
      if (events.length > 0) write(events.map(toText).join(''));
      lastId = events.findLast(({ id }) => id !== undefined)?.id ?? lastId;
    },
    lastId: () => lastId,
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

function toText({ event, data, id, retryMs }: StreamEvent): string {
  const retry = retryMs === undefined ? '' : `retry: ${retryMs}\n`;
  const idLine = id === undefined ? '' : `id: ${id}\n`;
  return `${retry}${idLine}event: ${event}\ndata: ${data}\n\n`;
}
