import type { Running } from '../bench.ts';
import { known } from '../job-ids.ts';

export type ThroughputWorkload = 'known' | 'fresh' | 'list';

/** What is asked for. */
export interface RequestPattern {
  /** A number makes a path of it. */
  readonly prefix: string;
  /** The numbers, where they are always the same; otherwise no request repeats another. */
  readonly numbers?: { readonly firstId: number; readonly count: number };
  /** No answer of this kind is smaller, whoever gives it. */
  readonly leastBytes: number;
  /** Whether an answer's JSON, to the path with this number, is right in Platform's words or in ours. */
  isRight(body: unknown, number: number): boolean;
}

const isJob = (body: unknown, number: number) => String(Object(body).id) === String(number);

export const patterns: Readonly<Record<ThroughputWorkload, RequestPattern>> = {
  known: { prefix: '/jobs/', numbers: known, leastBytes: 1_000, isRight: isJob },
  fresh: { prefix: '/jobs/', leastBytes: 1_000, isRight: isJob },
  list: {
    prefix: '/jobs?limit=50&offset=',
    leastBytes: 50_000,
    isRight(body) {
      const { jobs, records = jobs } = Object(body);
      return Array.isArray(records) && records.length === 50;
    },
  },
};

/** @throws when a contestant gives another answer than it should: what it is fast at would be something else */
export async function checkAnswer(
  { url, headers }: Running,
  pattern: RequestPattern,
  number: number,
): Promise<void> {
  const { prefix, isRight } = pattern;
  const answer = await fetch(`${url}${prefix}${number}`, { headers });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`answers ${answer.status} to ${prefix}${number}: ${text}`);
  if (!isRight(JSON.parse(text), number)) throw new Error(`gives a wrong answer to ${prefix}${number}`);
}
