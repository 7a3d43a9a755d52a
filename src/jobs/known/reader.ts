import type { Clock } from '../../observability/clock.ts';
import type { CallContext } from '../../platform/call.ts';
import { type Fault, isTransient } from '../../problems/fault.ts';
import { type Asker, keyOf } from '../asker.ts';
import type { Allowance } from './allowance.ts';
import type { Reading } from './job-state.ts';
import type { Join } from './join.ts';

/** Where an answer comes from. */
export interface Provenance {
  /** Why Platform was asked, in the words of RFC 9211, 2.2; absent for what was known. */
  readonly forwarded?: 'uri-miss' | 'stale' | 'request';
  /** Whether somebody else's question was under way already. */
  readonly collapsed?: boolean;
  /** What went wrong with that question, so that an older reading stands in for its answer. */
  readonly fault?: Fault;
}

export interface Answer<Known extends Reading> {
  readonly known: Known;
  readonly provenance: Provenance;
}

/** How to look something up, and how to ask Platform for it. */
export interface Question<Known extends Reading> {
  /** Names it within the asker's view. */
  readonly what: string;
  /** What is known now, fresh or not. */
  find(): Known | undefined;
  /** What to throw where it was not there lately. */
  absence?(): Fault | undefined;
  /** The place of this service's last own change of it. */
  changedAt(): number;
  /** Asks, and takes note of the answer. `order` is the reading's place. */
  ask(context: CallContext, order: number): Promise<Known>;
  /** Lets what is known stand in for nothing any more, because Platform has refused to say it again. */
  disown(): void;
}

export interface ReaderOptions<Known extends Reading> {
  readonly join: Join<Known>;
  /** How many questions of those who insist are passed on although something fresh is known. */
  readonly insisting: Allowance;
  /** For how long after it was fresh a reading may stand in for one that cannot be had. */
  readonly staleMs: number;
  readonly nextOrder: () => number;
  readonly clock: Clock;
}

export type Reader<Known extends Reading> = (
  question: Question<Known>,
  asker: Asker,
) => Promise<Answer<Known>>;

/** Nobody was asked. */
export const hit: Provenance = {};

/** Whether nothing has to be asked: neither time nor a change of our own has overtaken it. */
export function isFresh(known: Reading, changedAt: number, nowMs: number): boolean {
  return known.order > changedAt && nowMs < known.freshUntilMs;
}

/**
 * Answers from what is known as long as that is fresh, asks once for all who want the same at the same time,
 * and lets a recent reading stand in while Platform or IMS fails.
 *
 * @throws PlatformFault, TokenFault where nothing recent is known, where the fault does not pass by itself,
 *   and for those who insist
 */
export function createReader<Known extends Reading>(options: ReaderOptions<Known>): Reader<Known> {
  const { join, insisting, staleMs, nextOrder, clock } = options;

  return async (question, asker) => {
    const { what, find, changedAt, ask, disown } = question;
    const usable = () => {
      const known = find();
      // What we have changed since is forgotten; it is looked at no more, but its history is kept.
      return known !== undefined && known.order > changedAt() ? known : undefined;
    };
    const known = usable();
    const isKnown = known !== undefined && clock.now() < known.freshUntilMs;
    const absence = isKnown ? undefined : question.absence?.();
    const needsNoQuestion = isKnown || absence !== undefined;
    // A reading that began before our own change is nobody's any more.
    const key = `${keyOf(asker, what)}@${changedAt()}`;
    const addsNone = () => !needsNoQuestion || join.isUnderWay(key);
    const insists = asker.insists === true && (addsNone() || insisting(asker.sandbox));
    if (absence !== undefined && !insists) throw absence;
    if (isKnown && !insists) return { known, provenance: hit };

    const forwarded = insists ? 'request' : known === undefined ? 'uri-miss' : 'stale';
    const begin = async (signal: AbortSignal) => {
      try {
        // Those who follow wait each for as long as they want.
        return await ask({ ...asker, waitAtMostMs: undefined, signal }, nextOrder());
      } catch (fault) {
        if (!isTransient(fault) && !signal.aborted) disown();
        throw fault;
      }
    };
    try {
      const { value, collapsed } = await join.follow(key, begin, asker);
      return { known: value, provenance: { forwarded, collapsed } };
    } catch (fault) {
      const recent = usable();
      const standsIn = recent !== undefined && clock.now() < recent.freshUntilMs + staleMs;
      if (!standsIn || insists || !isTransient(fault)) throw fault;
      return { known: recent, provenance: { forwarded, fault } };
    }
  };
}
