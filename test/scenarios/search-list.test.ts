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

/** An equal job that somebody makes at Adobe, without this service. */
const madeElsewhere = () => String(scene.emulator.jobs.create('prod', inAdobesForm).id);
/** In Adobe's form, as it stands in the list. */
const put = (fields: object) =>
  scene.emulator.jobs.put('prod', { ...inAdobesForm, id: 7, status: 'NEW', ...fields });
const hour = 3_600_000;
const now = () => scene.clock.adobe.wallNow();

describe('the job of a create without an answer', () => {
  it('is found, and nothing older is taken for it', async () => {
    madeElsewhere();
    scene.clock.advance(3_000);
    const sent = await scene.create(lost);
    expect(await scene.search(sent)).toMatchObject(found('102'));
  });

  it.each([
    [2_100, { kind: 'none' }],
    [60_000, { kind: 'none' }],
    [200, found('7')],
  ])(
    'may be an equal one made elsewhere %d ms before, where clocks cannot tell',
    async (beforeMs, result) => {
      scene.clock.advance(137);
      put({ creationTime: now() });
      scene.clock.advance(beforeMs);
      expect(await scene.search(await scene.create(neverCarriedOut))).toMatchObject(result);
    },
  );

  it('is looked for until the settling time is over, and then it was not seen', async () => {
    const sent = await scene.create(neverCarriedOut);
    const beganAtMs = scene.clock.now();
    expect(await scene.search(sent)).toEqual({ kind: 'none' });
    expect(scene.clock.now() - beganAtMs).toBeGreaterThanOrEqual(10_000);
    expect(scene.emulator.requests.all('list').length).toBeLessThan(10);
    scene.emulator.requests.clear();
    expect(await scene.search(sent, { settlingMs: 0 })).toEqual({ kind: 'none' });
    expect(scene.emulator.requests.all('list')).toHaveLength(1);
  });

  it('may come into the list late', async () => {
    const sent = await scene.create({ kind: 'late-in-list', ms: 4000 }, lost);
    expect(await scene.search(sent)).toMatchObject(found('101'));
  });

  it.each([-3_600_000, -400, 400, 3_600_000])(
    'is found by a clock that is wrong by %d ms',
    async (wrongMs) => {
      await using wrong = await startSearchUnderTest({ wallIsAheadMs: wrongMs });
      wrong.emulator.jobs.create('prod', inAdobesForm);
      wrong.clock.advance(2000);
      const sent = await wrong.create(lost);
      expect(await wrong.search(sent)).toMatchObject(found('102'));
    },
  );

  it.each([
    ['set forward by ten minutes', 600_000],
    ['set back by half a minute', -30_000],
  ])("is found where the machine's time was %s after it was sent", async (_name, byMs) => {
    const sent = await scene.create(lost);
    scene.clock.shiftWall(byMs);
    expect(await scene.search(sent)).toMatchObject(found('101'));
  });

  it('is found where the machine was suspended since, and one of its clocks stood still', async () => {
    const { sentAtMs, sentAtNowMs = 0 } = await scene.create(lost);
    scene.clock.advance(hour);
    const sent = { sentAtMs, sentAtNowMs: sentAtNowMs + hour };
    expect(await scene.search(sent)).toMatchObject(found('101'));
  });

  it('is found behind pages of others', async () => {
    const sent = await scene.create(lost);
    for (let other = 0; other < 250; other += 1) {
      scene.emulator.jobs.create('prod', { ...inAdobesForm, fields: `f${other}` });
    }
    expect(await scene.search(sent)).toMatchObject(found('101'));
    const [first, second] = scene.emulator.requests.all('list');
    expect(first?.url).toMatch(/\?limit=100$/);
    expect(second?.headers['x-request-id']).toBe('the-callers');
  });

  it('is the one that is equal to the word, before one that Platform may have filled in', async () => {
    const sent = await scene.create(lost);
    put({ creationTime: now(), mergePolicy: { id: 'm', version: 1 } });
    expect(await scene.search(sent)).toMatchObject(found('101'));
  });

  it('may be filled in', async () => {
    const sent = await scene.create(neverCarriedOut);
    put({ creationTime: now(), mergePolicy: { id: 'm', version: 1 } });
    expect(await scene.search(sent)).toMatchObject(found('7'));
  });
});

describe('what came of a create cannot be told', () => {
  it('where two jobs can be it', async () => {
    const sent = await scene.create(lost);
    madeElsewhere();
    expect(await scene.search(sent)).toEqual(unclear('102', '101'));
  });

  it.each([
    ['does not say when it was made', { creationTime: undefined }, ['7']],
    ['names no dataset', { destination: {} }, ['7']],
    ['cannot be read', { status: undefined }, []],
  ])('where one that can be it %s', async (_name, fields, jobIds) => {
    const sent = await scene.create(neverCarriedOut);
    put({ creationTime: now() + 1, ...fields });
    expect(await scene.search(sent)).toEqual({ kind: 'unclear', jobIds });
  });

  it('but older ones that cannot be read do not matter', async () => {
    put({ creationTime: now() - 60_000, status: undefined });
    put({ id: 8, creationTime: now() - 50_000, fields: 'other' });
    const sent = await scene.create(neverCarriedOut);
    expect(await scene.search(sent)).toEqual({ kind: 'none' });
  });

  it('where Platform does not say what time it is, and the job may be older', async () => {
    const sent = await scene.create(lost);
    const list = { records: [{ ...inAdobesForm, id: 101, status: 'NEW', creationTime: now() }] };
    const how = { kind: 'answer', status: 200, headers: { age: '0' }, body: list } as const;
    scene.emulator.misbehaviours.add({ route: 'list', how });
    expect(await scene.search(sent)).toEqual(unclear('101'));
  });

  it('where the list cannot be read; and it is read again as long as there is time', async () => {
    const sent = await scene.create(lost);
    scene.emulator.misbehaviours.add({ route: 'list', how: { kind: 'empty' } });
    expect(await scene.search(sent)).toMatchObject({
      kind: 'unreadable',
      fault: { code: 'platform-failed' },
    });
    scene.emulator.misbehaviours.clear();
    scene.emulator.misbehaviours.add({ route: 'list', times: 2, how: { kind: 'empty' } });
    expect(await scene.search(sent)).toMatchObject(found('101'));
  });
});

describe('a job of another create from here', () => {
  it('is not taken', async () => {
    const sent = await scene.create(neverCarriedOut);
    scene.claim({ jobId: madeElsewhere(), isSettled: true });
    expect(await scene.search(sent)).toEqual({ kind: 'none' });
  });

  it.each([
    ['an equal one that is under way', { isHeld: true }, unclear('101')],
    ['an equal one whose outcome is not known', {}, unclear('101')],
    ['one that was refused', { isSettled: true }, found('101')],
    ['one of another definition', { isHeld: true, fingerprint: 'other' }, found('101')],
    ['this one itself', { id: 'own', isHeld: true }, found('101')],
  ])('may be where there is %s', async (_name, record, expected) => {
    const sent = await scene.create(lost);
    scene.claim(record);
    expect(await scene.search(sent)).toMatchObject(expected);
  });

  it('is waited for', async () => {
    const sent = await scene.create(lost);
    scene.claim({ isHeld: true });
    scene.clock.after(3000, scene.forgetClaims);
    expect(await scene.search(sent)).toMatchObject(found('101'));
  });
});
