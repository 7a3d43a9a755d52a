import { type IncomingMessage, request } from 'node:http';
import { until } from './driving.ts';

/** One event as an EventSource would hand it on; `id` is what it would send as `Last-Event-ID` from then on. */
export interface SeenEvent {
  readonly event: string;
  readonly data: Record<string, unknown>;
  readonly id: string;
}

/** Somebody who follows a stream of events on a connection of its own. */
export interface EventReader extends Disposable {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** All that has come, as text. */
  text(): string;
  events(): readonly SeenEvent[];
  /** What the events are called, in order; a `job` with its status. */
  told(): readonly string[];
  /** How many comments have come. */
  beats(): number;
  /** The last `retry:`. */
  retryMs(): number | undefined;
  /** Whether nothing more comes: `ended` by the server in good order, or `broken`. */
  state(): 'open' | 'ended' | 'broken';
  /** The answer's body, for what is no stream. */
  problem(): Promise<Record<string, unknown>>;
  /** Reads no more, and leaves the connection open. */
  pause(): void;
  resume(): void;
  /** Cuts the connection. */
  [Symbol.dispose](): void;
}

export interface FollowOptions {
  readonly headers?: Readonly<Record<string, string>>;
}

/** Opens a stream; the answer is there as soon as its headers are. */
export async function openEvents(url: string, { headers = {} }: FollowOptions = {}): Promise<EventReader> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const call = request(url, { agent: false, headers: { accept: 'text/event-stream', ...headers } }, resolve);
  call.on('error', reject);
  call.end();
  const answer = await promise;

  const lastEventId = headers['last-event-id'] ?? '';
  let text = '';
  let state: ReturnType<EventReader['state']> = 'open';
  answer.setEncoding('utf8');
  answer.on('data', (chunk) => {
    text += chunk;
  });
  answer.on('end', () => {
    state = 'ended';
  });
  // That it broke is in `state`.
  answer.on('error', () => {});
  answer.on('close', () => {
    if (state === 'open') state = 'broken';
  });
  const parsed = () => parseEvents(text, lastEventId);

  return {
    status: answer.statusCode ?? 0,
    headers: answer.headers,
    text: () => text,
    events: () => parsed().events,
    told: () => parsed().events.map(({ event, data }) => (event === 'job' ? `job ${data.status}` : event)),
    beats: () => parsed().beats,
    retryMs: () => parsed().retryMs,
    state: () => state,
    async problem() {
      await until(() => state !== 'open');
      return JSON.parse(text);
    },
    pause: () => answer.pause(),
    resume: () => answer.resume(),
    [Symbol.dispose]: () => call.destroy(),
  };
}

/** As https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation says, for JSON. */
export function parseEvents(text: string, lastEventId = '') {
  const events: SeenEvent[] = [];
  let beats = 0;
  let retryMs: number | undefined;
  let id = lastEventId;
  // What no empty line has ended is not dispatched.
  for (const block of text.split('\n\n').slice(0, -1)) {
    let event = 'message';
    let data: string | undefined;
    for (const line of block.split('\n')) {
      const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
      if (field === '') beats += 1;
      if (field === 'event') event = value;
      if (field === 'id') id = value;
      if (field === 'retry') retryMs = Number(value);
      if (field === 'data') data = data === undefined ? value : `${data}\n${value}`;
    }
    if (data !== undefined) events.push({ event, data: JSON.parse(data), id });
  }
  return { events, beats, retryMs };
}
