/** What a figure has to be; judged within one run, never across machines. */
export type Bar = { readonly least: number } | { readonly most: number };

export interface Judged {
  readonly bar: string;
  readonly verdict: string;
}

export const names = {
  service: 'AEP Jobs BFF',
  serviceWithCallers: 'AEP Jobs BFF with callers by JWT and limits',
  expressMemory: 'Express 5 answering from memory',
  nodeMemory: 'node:http answering from memory',
  nodePiping: 'node:http piping',
  nginx: 'nginx',
  replyFrom: 'fastify + @fastify/reply-from',
  proxyMiddleware: 'Express + http-proxy-middleware',
  expressGot: 'Express + got',
  expressUndici: 'Express + undici, reshaping',
  hello: 'Express hello world with got, pino, zod',
} as const;

/** By workload and contestant: the service's rate over the contestant's. */
export const ratioBars: Readonly<Record<string, Readonly<Record<string, Bar>>>> = {
  known: {
    [names.expressMemory]: { least: 0.5 },
    [names.replyFrom]: { least: 1.8 },
    // It keeps at least 0.7 of the rate.
    [names.serviceWithCallers]: { most: 1 / 0.7 },
  },
  fresh: {
    // Nobody who parses and reshapes comes near those who pipe.
    [names.expressUndici]: { least: 0.75 },
  },
  list: { [names.expressUndici]: { least: 0.9 } },
};

export const callsPerJobAndSecond: Bar = { most: 1 };
/** The CPU time of a create with a key over that of one without. */
export const createRatio: Bar = { most: 1.5 };
export const coldExchanges: Bar = { most: 1 };
export const coldRatio: Bar = { most: 1.5 };
export const idleRatio: Bar = { most: 1.5 };
export const streamsMegabytes: Bar = { most: 400 };
/** V8's own room for work is over half of it: as much is taken where nothing is kept. */
export const idsMegabytes: Bar = { most: 200 };
/** `cache.mostJobBytes`, and nothing beside it: 40 bytes that each of a million ids left behind would not fit. */
export const idsHeldMegabytes: Bar = { most: 40 };

/** Whether a figure is within its bar, or by how much of the bar it is not. */
export function judge(value: number, bar: Bar, unit = ''): Judged {
  const isFloor = 'least' in bar;
  const limit = isFloor ? bar.least : bar.most;
  const told = `${isFloor ? '≥' : '≤'} ${trim(limit)}${unit}`;
  if (Number.isNaN(value)) return { bar: told, verdict: 'not measured' };
  if (isFloor ? value >= limit : value <= limit) return { bar: told, verdict: 'met' };
  // Not rounded down to «missed by 0 %».
  const percent = Math.max(1, Math.round(Math.abs(value / limit - 1) * 100));
  return { bar: told, verdict: `missed by ${percent} %` };
}

function trim(value: number): string {
  return String(Number(value.toFixed(2)));
}
