import { Agent, type ClientRequest, request } from 'node:http';
import { startServiceUnderTest } from './service-under-test.ts';
import { watchLeftovers } from './what-is-left.ts';

/* A thousand callers that hang up when Platform has their request, and what is left of them, printed as JSON. */

const batches = 10;
const batchSize = 100;

const service = await startServiceUnderTest();
const { emulator } = service;
const left = watchLeftovers();
await service.send('GET', '/jobs');
// The token's renewal, which stays.
const alarmsBefore = emulator.clock.alarms();
emulator.misbehaviours.add({ how: { kind: 'hang' } });

for (let batch = 0; batch < batches; batch += 1) {
  // Half of them as a gateway does it, on connections that would be used again.
  const agent = new Agent({ keepAlive: batch % 2 === 0 });
  const path = batch % 2 === 0 ? '/jobs' : '/jobs/100';
  const callers = Array.from({ length: batchSize }, () => call(path, agent));
  await left.settle(() => emulator.requests.open() === batchSize);
  for (const caller of callers) caller.destroy();
  await left.settle(() => emulator.requests.open() === 0);
  agent.destroy();
}

await left.settle(async () => (await left.countConnections()) === 0 && left.isAsBefore());
const found = {
  hungUp: service.logLines().filter(({ code }) => code === 'request-abandoned').length,
  upstreamRequests: emulator.requests.open(),
  alarms: emulator.clock.alarms() - alarmsBefore,
  connections: await left.countConnections(),
  warnings: left.warnings,
  before: left.before,
  after: left.countResources(),
};
await service.stop();
process.stdout.write(`${JSON.stringify(found)}\n`);

function call(path: string, agent: Agent): ClientRequest {
  const caller = request(`${service.url}${path}`, { agent });
  // That it broke is what it is here for.
  caller.on('error', () => {});
  return caller.end();
}
