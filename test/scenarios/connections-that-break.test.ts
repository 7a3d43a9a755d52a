import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { settle, until } from '../support/driving.ts';
import { openRawCaller, type RawCaller } from '../support/raw-caller.ts';
import { type ServerConnections, watchServerConnections } from '../support/server-connections.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { putJob } from '../support/watching.ts';

/*
 * Each moment of a request, and everything that can become of its connection then. The time-outs of the server are
 * on the machine's own clock, so they are short here; all other time is the emulator's.
 */

const head = 'POST /jobs HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';
const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n${more}\r\n`;
const refusedBehind = [200, 400];
/** Longer than each body that it may be taken for. */
const rubbish = `\0 this is no HTTP, ${'and no JSON '.repeat(10)}\r\n\r\n`;

const deeds: Readonly<Record<string, (caller: RawCaller) => unknown>> = {
  reset: (caller) => caller.reset(),
  'half-close': (caller) => caller.halfClose(),
  silence: () => undefined,
  rubbish: (caller) => caller.send(rubbish),
};

/**
 * The statuses that a caller reads, and those of the log lines of jobs and of what is no request. After a reset there
 * is nothing to read.
 */
type Outcome = readonly [answers: readonly number[], lines: readonly number[]];

interface Moment {
  readonly sent: string;
  /** What to wait for before the deed. */
  readonly reached?: (caller: RawCaller, service: ServiceUnderTest) => boolean;
  /** Platform never answers. */
  readonly hangs?: boolean;
  /** Neither silence nor what comes after the request is a reason to end it. */
  readonly isEndless?: boolean;
  readonly outcomes: Readonly<Record<keyof typeof deeds, Outcome>>;
}

const broken = {
  reset: [[], [499]],
  'half-close': [[400], [400]],
  silence: [[408], [408]],
  rubbish: [[400], [400]],
} as const;
const inBody = { ...broken, reset: [[], [400]] } as const;

const moments: Readonly<Record<string, Moment>> = {
  'before any byte': {
    sent: '',
    outcomes: { reset: [[], []], 'half-close': [[], []], silence: [[], []], rubbish: [[400], [400]] },
  },
  'in the request line': { sent: 'GET /jo', outcomes: broken },
  'in the headers': { sent: 'GET /jobs HTTP/1.1\r\nhost: localhost\r\nx-a', outcomes: broken },
  'after the headers': {
    sent: `${head}content-length: 50\r\n\r\n`,
    // The rubbish is the body, and more than that.
    outcomes: {
      ...inBody,
      rubbish: [
        [400, 400],
        [400, 400],
      ],
    },
  },
  'in a body with a length': {
    sent: `${head}content-length: 50\r\n\r\n{"da`,
    outcomes: {
      ...inBody,
      rubbish: [
        [400, 400],
        [400, 400],
      ],
    },
  },
  'in a chunked body': { sent: `${head}transfer-encoding: chunked\r\n\r\n24\r\n{"da`, outcomes: inBody },
  'in the size of a chunk': { sent: `${head}transfer-encoding: chunked\r\n\r\n2`, outcomes: inBody },
  'while the answer is pending': {
    sent: get('/jobs/100'),
    reached: (_caller, { emulator }) => emulator.requests.open() === 1,
    hangs: true,
    outcomes: {
      reset: [[], [499]],
      'half-close': [[499], [499]],
      silence: [[504], [504]],
      rubbish: [
        [504, 400],
        [504, 400],
      ],
    },
  },
  'between two requests': {
    sent: get('/livez'),
    reached: (caller) => caller.statuses().length === 1,
    outcomes: {
      reset: [[200], []],
      'half-close': [[200], []],
      silence: [[200], []],
      rubbish: [[200, 400], [400]],
    },
  },
  'while a stream of events is open': {
    sent: get('/jobs/7/events'),
    reached: (caller) => caller.received().includes('event: job'),
    isEndless: true,
    outcomes: {
      reset: [[200], [200]],
      'half-close': [[200], [200]],
      silence: [[200], [200]],
      rubbish: [refusedBehind, refusedBehind],
    },
  },
  'after CONNECT': {
    sent: 'CONNECT localhost:1 HTTP/1.1\r\nhost: localhost:1\r\n\r\n',
    outcomes: {
      reset: [[], [405]],
      'half-close': [[405], [405]],
      silence: [[405], [405]],
      rubbish: [[405], [405]],
    },
  },
  'after CONNECT with a body': {
    sent: 'CONNECT localhost:1 HTTP/1.1\r\nhost: localhost:1\r\ncontent-length: 5\r\n\r\n',
    outcomes: {
      reset: [[], [405]],
      'half-close': [[405], [405]],
      silence: [[405], [405]],
      rubbish: [[405], [405]],
    },
  },
  'after Upgrade': {
    sent: get('/livez', 'connection: upgrade\r\nupgrade: websocket\r\n'),
    reached: (caller) => caller.statuses().length === 1,
    outcomes: {
      reset: [[200], []],
      'half-close': [[200], []],
      silence: [[200], []],
      // Node is silent about what it cannot read after an upgrade that was passed over, until it takes too long.
      rubbish: [[200, 408], [408]],
    },
  },
};

describe('a connection on which things go wrong', () => {
  let service: ServiceUnderTest;
  let connections: ServerConnections;
  beforeAll(async () => {
    const server = { keepAliveTimeoutMs: 50, headersTimeoutMs: 200, requestTimeoutMs: 300 };
    service = await startServiceUnderTest({ server });
    connections = watchServerConnections(service.url);
    // So that the exchange of the token is out of the way.
    await service.send('GET', '/jobs');
    putJob(service);
  });
  afterAll(async () => {
    connections.stop();
    await service.stop();
  });

  const cells = Object.entries(moments).flatMap(([name, moment]) =>
    Object.entries(deeds).map(([deed, run]) => ({ name, moment, deed, run })),
  );

  it.each(cells)(
    'ends, is answered and is logged at a $deed $name, and others are served',
    async ({ moment, deed, run }) => {
      const { emulator } = service;
      await until(() => connections.open() === 0);
      const linesBefore = service.logLines().length;
      emulator.misbehaviours.clear();
      if (moment.hangs) emulator.misbehaviours.add({ how: { kind: 'hang' } });
      const caller = await openRawCaller(service.url);
      if (moment.sent !== '') await caller.send(moment.sent);
      await until(() => moment.reached?.(caller, service) ?? connections.open() === 1);
      await run(caller);
      await service.send('GET', '/livez');
      // What Platform never answers ends by the deadline of the request.
      const goesOn = deed === 'silence' || deed === 'rubbish';
      if (moment.hangs && goesOn) emulator.clock.advance(60_000);
      if (moment.isEndless && goesOn) {
        expect(connections.open()).toBe(1);
        caller.halfClose();
      }
      const [answers, lines = []] = moment.outcomes[deed] ?? [];
      const requests = () =>
        service
          .logLines()
          .slice(linesBefore)
          .filter(({ msg, route }) => msg === 'request' && route !== '/livez');
      await until(() => connections.open() === 0 && requests().length >= lines.length);
      await settle(service);
      if (deed !== 'reset') expect(caller.statuses()).toEqual(answers);
      expect(requests().map(({ status }) => status)).toEqual(lines);
    },
  );
});
