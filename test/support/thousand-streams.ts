import { pass } from './driving.ts';
import { startServiceUnderTest } from './service-under-test.ts';
import { followJob, putJob } from './watching.ts';
import { watchLeftovers } from './what-is-left.ts';

/*
 * A thousand streams that are cut by their callers, by the end of their job or by the service, and a thousand
 * callers that wait, and what is left of them, printed as JSON.
 */

const batches = 10;
const batchSize = 100;

const service = await startServiceUnderTest({ cache: 'asConfigured' });
const { emulator } = service;
const left = watchLeftovers();
await service.send('GET', '/jobs');
// The token's renewal, which stays.
const alarmsBefore = emulator.clock.alarms();

for (let batch = 0; batch < batches; batch += 1) {
  const id = String(batch);
  putJob(service, { id });
  const streams = await Promise.all(Array.from({ length: batchSize }, () => followJob(service, id)));
  const headers = { prefer: 'wait=60' };
  const waiting = streams.map(() => service.send('GET', `/jobs/${id}`, { headers }));
  await pass(service, 20_000, 1_000);
  const isCut = batch % 2 === 0;
  if (isCut) for (const stream of streams) stream[Symbol.dispose]();
  // Otherwise it goes on, and nobody follows it but those who wait until their time is up.
  else putJob(service, { id, status: 'SUCCEEDED' });
  await pass(service, 60_000, 1_000);
  await Promise.all(waiting);
  await left.settle(() => streams.every((stream) => stream.state() === (isCut ? 'broken' : 'ended')));
}

// The connection that is kept to Platform is no leftover: cut, it is out of the way.
emulator.misbehaviours.add({ how: { kind: 'reset' } });
await service.send('GET', '/jobs?limit=1');
await left.settle(async () => (await left.countConnections()) === 0 && left.isAsBefore());
const lines = service.logLines();
const streamLines = lines.filter(({ route }) => route === '/jobs/:id/events');
const found = {
  cut: streamLines.filter(({ aborted }) => aborted === true).length,
  ended: streamLines.filter(({ aborted }) => aborted === undefined).length,
  waited: lines.filter(({ route, status }) => route === '/jobs/:id' && status === 200).length,
  alarms: emulator.clock.alarms() - alarmsBefore,
  connections: await left.countConnections(),
  warnings: left.warnings,
  before: left.before,
  after: left.countResources(),
};
await service.stop();
process.stdout.write(`${JSON.stringify(found)}\n`);
