import { beforeAll, describe, expect, it } from '@jest/globals';
import { startProgram } from '../support/program.ts';

describe('a thousand callers that hang up when Platform has their request', () => {
  let left: Record<string, unknown>;
  let code: number | null;
  beforeAll(async () => {
    await using program = startProgram('test/support/thousand-hang-ups.ts');
    code = await program.ended();
    left = JSON.parse(program.printed());
  }, 60_000);

  it('have each been seen to go', () => expect(left.hungUp).toBe(1_000));
  it('leave no request to Platform', () => expect(left.upstreamRequests).toBe(0));
  it('leave no alarm on the clock', () => expect(left.alarms).toBe(0));
  it('leave no connection', () => expect(left.connections).toBe(0));
  it('leave no socket and no timer in the process', () => expect(left.after).toEqual(left.before));
  it('leave no listeners that anybody warns of', () => expect(left.warnings).toEqual([]));
  it('leave nothing that keeps the process alive once it has stopped', () => expect(code).toBe(0));
});

describe('a thousand streams and a thousand callers that wait, when they are gone,', () => {
  let left: Record<string, unknown>;
  let code: number | null;
  beforeAll(async () => {
    await using program = startProgram('test/support/thousand-streams.ts');
    code = await program.ended();
    left = JSON.parse(program.printed());
  }, 60_000);

  it('have each been seen to go', () => expect(left).toMatchObject({ cut: 500, ended: 500, waited: 1_000 }));
  it('leave no alarm on the clock', () => expect(left.alarms).toBe(0));
  it('leave no connection', () => expect(left.connections).toBe(0));
  it('leave no socket and no timer in the process', () => expect(left.after).toEqual(left.before));
  it('leave no listeners that anybody warns of', () => expect(left.warnings).toEqual([]));
  it('leave nothing that keeps the process alive once it has stopped', () => expect(code).toBe(0));
});
