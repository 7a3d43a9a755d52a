import { subscribe } from 'node:diagnostics_channel';
import { Agent, type ClientRequest, request, type Server } from 'node:http';
import { startServiceUnderTest } from './service-under-test.ts';

/*
 * A thousand callers that hang up when Platform has their request, and what is left of them, printed as JSON.
 * A program, because Jest's tests see neither the warnings nor the resources of the process they run in.
 */

const batches = 10;
const batchSize = 100;
/** Far more turns of the event loop than it takes to close what has been let go of. */
const mostTurns = 20_000;

const warnings: string[] = [];
process.on('warning', ({ name, message }) => warnings.push(`${name}: ${message}`));
const servers = new Set<Server>();
subscribe('http.server.request.start', (message) => {
  servers.add(Object(message).server);
});

const service = await startServiceUnderTest();
const { emulator } = service;
const before = countResources();
await service.send('GET', '/jobs');
// The token's renewal, which stays.
const alarmsBefore = emulator.clock.alarms();
emulator.misbehaviours.add({ how: { kind: 'hang' } });

for (let batch = 0; batch < batches; batch += 1) {
  // Half of them as a gateway does it, on connections that would be used again.
  const agent = new Agent({ keepAlive: batch % 2 === 0 });
  const path = batch % 2 === 0 ? '/jobs' : '/jobs/100';
  const callers = Array.from({ length: batchSize }, () => call(path, agent));
  await settle(() => emulator.requests.open() === batchSize);
  for (const caller of callers) caller.destroy();
  await settle(() => emulator.requests.open() === 0);
  agent.destroy();
}

await settle(async () => (await countConnections()) === 0 && isAsBefore());
const left = {
  hungUp: service.logLines().filter(({ code }) => code === 'request-abandoned').length,
  upstreamRequests: emulator.requests.open(),
  alarms: emulator.clock.alarms() - alarmsBefore,
  connections: await countConnections(),
  warnings,
  before,
  after: countResources(),
};
await service.stop();
process.stdout.write(`${JSON.stringify(left)}\n`);

function call(path: string, agent: Agent): ClientRequest {
  const caller = request(`${service.url}${path}`, { agent });
  // That it broke is what it is here for.
  caller.on('error', () => {});
  return caller.end();
}

async function settle(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < mostTurns && !(await holds()); turn += 1) await new Promise(setImmediate);
}

/** Of the service and of the emulator together. */
async function countConnections(): Promise<number> {
  const counts = [...servers].map(
    (server) => new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count))),
  );
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

/** How many there are of each kind: sockets, servers, timers and so on. */
function countResources(): Record<string, number> {
  const kinds = process.getActiveResourcesInfo();
  return Object.fromEntries(
    [...new Set(kinds)].sort().map((kind) => [kind, kinds.filter((one) => one === kind).length]),
  );
}

function isAsBefore(): boolean {
  return JSON.stringify(countResources()) === JSON.stringify(before);
}
