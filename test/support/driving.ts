import type { ServiceUnderTest } from './service-under-test.ts';

/** Lets I/O happen until it holds; nothing is slept, and the moved clock stands still. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(setImmediate);
}

const stepMs = 50;
/** How many turns of the event loop an answer on loopback may need before time is moved on. */
const turnsForIo = 20;

/**
 * Moves the clock in small steps until `work` is done, and only while nothing moves by itself: while Platform
 * has no call to answer (then the service waits for its own next step), or while it hangs on purpose.
 *
 * @returns what became of `work`, and how much time that took by the moved clock
 */
export async function drive<Value>(
  service: ServiceUnderTest,
  work: Promise<Value>,
  { hangs = false } = {},
): Promise<{ value: Value; tookMs: number }> {
  const { clock, requests } = service.emulator;
  const begunAtMs = clock.now();
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    for (let turn = 0; turn < turnsForIo && !isDone; turn += 1) await new Promise(setImmediate);
    if (!isDone && (hangs || requests.open() === 0)) clock.advance(hangs ? stepMs * 10 : stepMs);
  }
  return { value: await done, tookMs: clock.now() - begunAtMs };
}
