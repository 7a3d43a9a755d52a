/** How much is measured. Everything is bounded in number and in time. */
export interface Plan {
  readonly rounds: number;
  readonly roundSeconds: number;
  /** Each contestant is warmed up in so many rounds of so many seconds. */
  readonly warmSeconds: number;
  readonly warmRounds: number;
  readonly connections: number;
  /** Longer than other rounds: there are few creates where the disk is slow, and processor time comes in hundredths of a second. */
  readonly createSeconds: number;
  /** The most creates of one round. */
  readonly mostCreates: number;
  readonly callers: number;
  readonly polledJobs: number;
  readonly pollSeconds: number;
  /** How long upstream takes: as across a network, or no time, so that nothing but the proxy is seen. */
  readonly upstreamDelaysMs: readonly number[];
  /** How often the cold start is measured. */
  readonly starts: number;
  readonly bursts: number;
  readonly burstSize: number;
  /** Processes whose idle size is looked at. */
  readonly idlers: number;
  /** How long a process is left alone before its size is read. */
  readonly settleMs: number;
  readonly streams: number;
  /** So many jobs are asked for, each of them once. */
  readonly distinctIds: number;
}

const common = { connections: 32, callers: 1_000, polledJobs: 20, burstSize: 1_000 };

export const fullPlan: Plan = {
  ...common,
  rounds: 5,
  roundSeconds: 1,
  warmSeconds: 0.5,
  warmRounds: 16,
  createSeconds: 2,
  mostCreates: 2_000,
  pollSeconds: 6,
  upstreamDelaysMs: [20, 0],
  starts: 9,
  bursts: 3,
  idlers: 3,
  settleMs: 2_000,
  streams: 10_000,
  distinctIds: 1_000_000,
};

/** Shows that everything works; its figures are no more than a hint. */
export const quickPlan: Plan = {
  ...common,
  rounds: 2,
  roundSeconds: 0.25,
  warmSeconds: 0.25,
  warmRounds: 1,
  createSeconds: 0.5,
  mostCreates: 500,
  pollSeconds: 1,
  upstreamDelaysMs: [20],
  starts: 2,
  bursts: 1,
  idlers: 1,
  settleMs: 500,
  streams: 500,
  distinctIds: 100_000,
};
