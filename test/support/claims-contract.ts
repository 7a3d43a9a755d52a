import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createMovableClock, type MovableClock } from '../../emulator/movable-clock.ts';
import type { Claims } from '../../src/claims/claims.ts';
import type { Clock } from '../../src/observability/clock.ts';
import { claimOf, keptForMs, leaseMs, win } from './claims-under-test.ts';

/** What every store of claims promises, see `Claims`. `open` gives an empty one. */
export function describeClaims(name: string, open: (clock: Clock) => Promise<Claims>): void {
  describe(`claims ${name}`, () => {
    let claims: Claims;
    let clock: MovableClock;
    beforeEach(async () => {
      clock = createMovableClock();
      claims = await open(clock);
    });
    afterEach(() => claims.close());

    const sentAtMs = Date.parse('2026-01-01T00:00:00Z');
    const sent = (id: string, more = {}) => claimOf(id, { sentAtMs, ...more });

    it('are won once, and then held for as long as the lease says', async () => {
      const results = await Promise.all(Array.from({ length: 100 }, () => claims.claim(claimOf('a'))));
      expect(results.filter(({ kind }) => kind === 'won')).toHaveLength(1);
      clock.advance(leaseMs - 1);
      expect(await claims.claim(claimOf('a'))).toEqual({ kind: 'held' });
    });

    it('are refused to another definition, held, given up and settled', async () => {
      const other = claimOf('a', { fingerprint: 'another' });
      const held = await win(claims, sent('a'));
      expect(await claims.claim(other)).toEqual({ kind: 'other-fingerprint' });
      await claims.suspend(held);
      expect(await claims.claim(other)).toEqual({ kind: 'other-fingerprint' });
      await claims.settle(await win(claims, claimOf('a')), { outcome: '{}' });
      expect(await claims.claim(other)).toEqual({ kind: 'other-fingerprint' });
    });

    it('answer with their outcome until it is kept no longer', async () => {
      const held = await win(claims, sent('a'));
      expect(await claims.settle(held, { outcome: '{"status":201}', jobId: '7' })).toBe('settled');
      clock.advance(keptForMs - 1);
      expect(await claims.claim(claimOf('a'))).toEqual({ kind: 'settled', outcome: '{"status":201}' });
      clock.advance(1);
      expect(await claims.claim(claimOf('a', { fingerprint: 'another' }))).toMatchObject({ kind: 'won' });
    });

    it('say twice that they are settled to whoever did not hear it, and keep the first outcome', async () => {
      const held = await win(claims, sent('a'));
      const settlement = { outcome: '{}', jobId: '7' };
      expect(await claims.settle(held, settlement)).toBe('settled');
      expect(await claims.settle(held, settlement)).toBe('settled');
      expect(await claims.settle(held, { outcome: '{"other":1}', jobId: '7' })).toBe('lost');
      expect(await claims.claim(claimOf('a'))).toEqual({ kind: 'settled', outcome: '{}' });
    });

    it('are free at once when they are released, and forget when they had been sent', async () => {
      await claims.release(await win(claims, sent('a')));
      const again = await claims.claim(claimOf('a', { fingerprint: 'another' }));
      expect(again).toMatchObject({ kind: 'won' });
    });

    it('are free once the lease is over where nothing was sent', async () => {
      await win(claims, claimOf('a'));
      clock.advance(leaseMs);
      expect(await claims.claim(claimOf('a', { fingerprint: 'another' }))).toMatchObject({ kind: 'won' });
    });

    it('are taken over once the lease is over where something was sent, and when that was last stays known', async () => {
      const held = await win(claims, claimOf('a'));
      expect(await claims.renew(held, { leaseMs, sentAtMs })).toBe(true);
      expect(await claims.renew(held, { leaseMs, sentAtMs: sentAtMs + 5 })).toBe(true);
      clock.advance(leaseMs);
      const taken = await claims.claim(claimOf('a', { sentAtMs: sentAtMs + 9 }));
      expect(taken).toMatchObject({ kind: 'taken-over', sentAtMs: sentAtMs + 5 });
    });

    it('are taken over at once when they are suspended, however long ago that was', async () => {
      await claims.suspend(await win(claims, sent('a')));
      clock.advance(keptForMs - 1);
      expect(await claims.claim(claimOf('a'))).toMatchObject({ kind: 'taken-over', sentAtMs });
    });

    it('last longer by a renewal', async () => {
      const held = await win(claims, claimOf('a'));
      clock.advance(leaseMs - 1);
      expect(await claims.renew(held, { leaseMs })).toBe(true);
      clock.advance(leaseMs - 1);
      expect(await claims.claim(claimOf('a'))).toEqual({ kind: 'held' });
    });

    it('can still be renewed by a holder that was late, if nobody has taken them over', async () => {
      const held = await win(claims, sent('a'));
      clock.advance(leaseMs * 2);
      expect(await claims.renew(held, { leaseMs })).toBe(true);
      expect(await claims.claim(claimOf('a'))).toMatchObject({ kind: 'held' });
    });

    it.each(['taken over', 'released', 'suspended', 'settled'])(
      'are lost to whoever has them %s',
      async (how) => {
        const held = await win(claims, sent('a'));
        if (how === 'taken over') {
          clock.advance(leaseMs);
          await win(claims, claimOf('a'));
        } else if (how === 'released') await claims.release(held);
        else if (how === 'suspended') await claims.suspend(held);
        else await claims.settle(held, { outcome: '{}' });
        const before = await claims.find({ sandbox: 'prod' }, 10);

        expect(await claims.renew(held, { leaseMs, sentAtMs: sentAtMs + 1 })).toBe(false);
        expect(await claims.settle(held, { outcome: '{"late":1}', jobId: '9' })).toBe('lost');
        await claims.release(held);
        await claims.suspend(held);
        expect(await claims.find({ sandbox: 'prod' }, 10)).toEqual(before);
      },
    );

    it('own a job once in a sandbox, and refuse it to all others without a change', async () => {
      await claims.settle(await win(claims, sent('a')), { outcome: '{}', jobId: '7' });
      const second = await win(claims, sent('b'));
      expect(await claims.settle(second, { outcome: '{"mine":1}', jobId: '7' })).toBe('job-taken');
      expect(await claims.renew(second, { leaseMs })).toBe(true);
      expect(await claims.settle(second, { outcome: '{"mine":1}', jobId: '8' })).toBe('settled');
      const elsewhere = await win(claims, sent('c', { sandbox: 'dev' }));
      expect(await claims.settle(elsewhere, { outcome: '{}', jobId: '7' })).toBe('settled');
    });

    it('are found by what they are for, the newest first, and no more than asked for', async () => {
      await win(claims, claimOf('not-sent'));
      await win(claims, sent('old', { caller: 'bert' }));
      await claims.settle(await win(claims, claimOf('settled', { fingerprint: 'another' })), {
        outcome: '{}',
      });
      clock.advance(1_000);
      await claims.suspend(await win(claims, sent('new', { sentAtMs: sentAtMs + 1_000 })));
      await win(claims, sent('elsewhere', { sandbox: 'dev' }));
      const ids = async (filter: object, most = 10) =>
        (await claims.find({ sandbox: 'prod', ...filter }, most)).map(({ id }) => id);
      expect(await ids({})).toEqual(['new', 'settled', 'old']);
      expect(await ids({}, 1)).toEqual(['new']);
      expect(await ids({ caller: 'bert' })).toEqual(['old']);
      expect(await ids({ fingerprint: 'another' })).toEqual(['settled']);
      expect(await ids({ sentSinceMs: sentAtMs + 1 })).toEqual(['new']);
      expect(await ids({ notEnded: true })).toEqual(['new', 'old']);
      expect(await claims.find({ sandbox: 'prod', caller: 'bert' }, 1)).toEqual([
        {
          ...{ id: 'old', sandbox: 'prod', caller: 'bert', fingerprint: 'print', memo: claimOf('old').memo },
          ...{ sentAtMs, jobId: undefined, isHeld: true, isSettled: false },
        },
      ]);
    });

    it('leave out of what runs a job whose end was recorded, and know it still', async () => {
      await claims.settle(await win(claims, sent('a')), { outcome: '{}', jobId: '7' });
      await claims.recordEnd('dev', '7');
      expect(await claims.find({ sandbox: 'prod', notEnded: true }, 10)).toHaveLength(1);
      await claims.recordEnd('prod', '7');
      await claims.recordEnd('prod', 'of-nobody');
      expect(await claims.find({ sandbox: 'prod', notEnded: true }, 10)).toEqual([]);
      expect(await claims.find({ sandbox: 'prod' }, 10)).toMatchObject([{ jobId: '7', isSettled: true }]);
    });

    it('are abandoned where they were sent, the lease is over, and nobody has given them up', async () => {
      const memo = '{"first":true}';
      const dead = await win(claims, sent('dead', { memo }));
      await win(claims, claimOf('dead-before-sending'));
      await claims.suspend(await win(claims, sent('suspended')));
      await claims.settle(await win(claims, sent('settled')), { outcome: '{}' });
      expect(await claims.takeAbandoned(leaseMs)).toEqual([]);
      // Even where the process was down for a week.
      clock.advance(keptForMs * 7);
      await win(claims, sent('alive'));
      const taken = await claims.takeAbandoned(leaseMs);
      expect(taken).toMatchObject([
        { held: { id: 'dead' }, record: { id: 'dead', memo, sentAtMs, isHeld: true } },
      ]);
      expect(taken[0]?.held.nonce).not.toBe(dead.nonce);
      expect(await claims.takeAbandoned(leaseMs)).toEqual([]);
      expect(await claims.renew(dead, { leaseMs })).toBe(false);
      expect(await claims.claim(sent('dead'))).toMatchObject({ kind: 'held' });
    });
  });
}
