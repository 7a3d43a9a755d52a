import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  found,
  inAdobesForm,
  lost,
  neverCarriedOut,
  startSearchUnderTest,
  unclear,
} from '../support/search-under-test.ts';

type Scene = Awaited<ReturnType<typeof startSearchUnderTest>>;
let scene: Scene;
beforeEach(async () => {
  scene = await startSearchUnderTest();
});
afterEach(() => scene[Symbol.asyncDispose]());

const hour = 3_600_000;

describe('the job of a create that another process has sent', () => {
  /** Its own clock is not known any more. */
  const create = async (how: typeof lost | typeof neverCarriedOut) => ({
    sentAtMs: (await scene.create(how)).sentAtMs,
  });

  it("is found where the machine's time was set forward since", async () => {
    const sent = await create(lost);
    scene.clock.shiftWall(600_000);
    expect(await scene.search(sent)).toMatchObject(found('101'));
  });

  it("cannot be told where the machine's time was set back since", async () => {
    const sent = await create(lost);
    scene.clock.shiftWall(-13 * hour);
    expect(await scene.search(sent)).toEqual(unclear('101'));
  });

  it.each([
    ['may be an equal one made elsewhere half a day before', 12 * hour, false, unclear('7')],
    ['is not that one where it is of another create from here', 12 * hour, true, { kind: 'none' }],
    ['is not an equal one made elsewhere the day before', 24 * hour, false, { kind: 'none' }],
  ])('%s', async (_name, beforeMs, isOwned, result) => {
    scene.emulator.jobs.put('prod', {
      ...inAdobesForm,
      id: 7,
      status: 'NEW',
      creationTime: scene.clock.adobe.wallNow(),
    });
    if (isOwned) scene.claim({ jobId: '7', isSettled: true });
    scene.clock.advance(beforeMs);
    expect(await scene.search(await create(neverCarriedOut), { settlingMs: 0 })).toEqual(result);
  });
});
