import type { Emulator } from '../../emulator/emulator.ts';

/** What is driven: a service, or a part of one, with the emulator behind it. */
interface Emulated {
  readonly emulator: Emulator;
}

/** Before Jest gives up on the test, and without going on for ever after that. */
const giveUpAfterMs = 15_000;

/** Lets I/O happen until it holds; nothing is slept, and the moved clock stands still. */
export async function until(holds: () => boolean): Promise<void> {
  const begunAtMs = performance.now();
  while (!holds()) {
    if (performance.now() - begunAtMs > giveUpAfterMs) throw new Error(`It never came to hold: ${holds}`);
    await new Promise(setImmediate);
  }
}

const stepMs = 50;
/** How many turns of the event loop an answer on loopback may need before time is moved on. */
const turnsForIo = 20;

/**
 * Moves the clock in small steps until `work` is done, and only while nothing moves by itself: while Platform
 * has no call to answer (then the service waits for its own next step), or while it hangs on purpose. Where another
 * server than the emulator is asked, `isBusy` says whether it is at it.
 *
 * @returns what became of `work`, and how much time that took by the moved clock
 */
export async function drive<Value>(
  service: Emulated,
  work: Promise<Value>,
  { hangs = false, isBusy = () => service.emulator.requests.open() > 0 } = {},
): Promise<{ value: Value; tookMs: number }> {
  const { clock } = service.emulator;
  const begunAtMs = clock.now();
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    for (let turn = 0; turn < turnsForIo && !isDone; turn += 1) await new Promise(setImmediate);
    if (!isDone && (hangs || !isBusy())) clock.advance(hangs ? stepMs * 10 : stepMs);
  }
  return { value: await done, tookMs: clock.now() - begunAtMs };
}

/** Lets I/O happen until nothing moves by itself any more, however much there is to do. */
export async function settle({ emulator }: Emulated): Promise<void> {
  for (let quiet = 0; quiet < turnsForIo; quiet += 1) {
    await new Promise(setImmediate);
    if (emulator.requests.open() > 0) quiet = 0;
  }
}

/** Moves the clock on by `ms` in small steps; what comes due in each has its I/O before the next. */
export async function pass(service: Emulated, ms: number, eachMs = 500): Promise<void> {
  for (let leftMs = ms; leftMs > 0; leftMs -= eachMs) {
    service.emulator.clock.advance(Math.min(eachMs, leftMs));
    await settle(service);
  }
}
