import { afterEach, beforeEach, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { type ExportJobs, exportJobs, type HostCaller } from '../../src/index.ts';

let emulator: Emulator;
let middleware: ExportJobs;
beforeEach(async () => {
  emulator = await startEmulator();
  emulator.jobs.put('prod', { id: 7, status: 'PROCESSING' });
});
afterEach(async () => {
  await middleware.close();
  await emulator.close();
});

/** Reads three times, and says what each answer was, by its status and its field. */
async function readThrice(limits: Partial<HostCaller>) {
  const { clientId, clientSecret, orgId } = emulator.credential;
  middleware = exportJobs({
    adobe: { clientId, clientSecret, orgId },
    ims: { url: emulator.url },
    platform: { url: emulator.url },
    overload: { lagMs: 600_000 },
    clock: emulator.clock,
    callerOf: () => ({ id: 'one', permission: 'all', ...limits }),
  });
  const app = express().use('/exports', middleware);
  const answers: [number, string | undefined][] = [];
  for (let sent = 0; sent < 3; sent += 1) {
    const { status, headers } = await request(app).get('/exports/jobs/7');
    answers.push([status, headers.ratelimit]);
  }
  return answers;
}

it('a caller of a host application has the limits that the host gives it', async () => {
  expect(await readThrice({ readsPerMinute: 2 })).toEqual([
    [200, '"reads";r=1;t=60'],
    [200, '"reads";r=0;t=60'],
    [429, '"reads";r=0;t=60'],
  ]);
});

it.each([{}, { writesPerMinute: 1 }])('and none unless the host gives it some: %j', async (limits) => {
  const answer = [200, undefined];
  expect(await readThrice(limits)).toEqual([answer, answer, answer]);
});

it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
  'a limit of %s is a mistake of the host, which no caller may profit from',
  async (writesPerMinute) => {
    const answers = await readThrice({ writesPerMinute });
    expect(answers.map(([status]) => status)).toEqual([500, 500, 500]);
    expect(emulator.requests.all('get')).toEqual([]);
  },
);
