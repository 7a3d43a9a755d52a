/** What the load process is asked to do: one line of JSON each, answered by one line. */
export type LoadJob = HammerJob | PollJob | BurstJob | CreateJob | OpenStreamsJob | CloseStreamsJob;

/** As fast as it goes, over so many connections: autocannon. */
export interface HammerJob {
  readonly kind: 'hammer';
  readonly url: string;
  /** A path without its last part, to which a number is added. */
  readonly prefix: string;
  readonly firstId: number;
  readonly ids: number;
  /** Whether each connection has ids of its own, or all ask for the same. */
  readonly apart: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: number;
  readonly seconds: number;
}

/** At a given pace: each caller once a second, evenly spread over it, on a connection of its own. */
export interface PollJob {
  readonly kind: 'poll';
  readonly url: string;
  readonly paths: readonly string[];
  readonly callers: number;
  readonly seconds: number;
}

/** All at once, each on a connection of its own. */
export interface BurstJob {
  readonly kind: 'burst';
  readonly url: string;
  readonly paths: readonly string[];
}

/** New exports, as fast as it goes, until the time is over or so many were sent; each is waited for. */
export interface CreateJob {
  readonly kind: 'create';
  readonly url: string;
  /** The number of the first export; no two have the same. */
  readonly firstNumber: number;
  readonly most: number;
  /** Whether each brings an `Idempotency-Key` of its own. */
  readonly withKeys: boolean;
  readonly connections: number;
  readonly seconds: number;
}

/** Opens event streams and keeps them open. */
export interface OpenStreamsJob {
  readonly kind: 'open-streams';
  readonly url: string;
  readonly paths: readonly string[];
  readonly streams: number;
}

export interface CloseStreamsJob {
  readonly kind: 'close-streams';
}

export interface LoadResult {
  /** Answers of the kind that was wanted. */
  readonly answers: number;
  readonly seconds: number;
  readonly bytes: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** What did not work, in words; empty when everything did. */
  readonly faults: readonly string[];
}

export type LoadReply = { readonly result: LoadResult } | { readonly error: string };
