import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { anExport, createsOf, jobsOf, post } from '../support/creates-under-test.ts';
import { drive } from '../support/driving.ts';
import { type How, json } from '../support/failing.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

interface Fault {
  readonly name: string;
  readonly creates: readonly How[];
  readonly list?: How;
  readonly get?: How;
  /** Status and code of the first answer. */
  readonly first: readonly [number, string?];
  /** Whether the second answer is that of the first request, given again; otherwise the second one has found or sent it. */
  readonly isReplayed?: true;
  /** How many requests to create Platform has had by then. */
  readonly sent: number;
}

const lost = { kind: 'lost-answer' } as const;
const empty = { kind: 'empty', status: 500 } as const;

const faults: readonly Fault[] = [
  {
    name: 'refuses it',
    creates: [json(400, { code: '400', message: 'No such dataset' })],
    first: [422, 'job-refused'],
    sent: 2,
  },
  {
    name: 'refuses the token',
    creates: [{ kind: 'refuse-token' }],
    first: [201],
    isReplayed: true,
    sent: 2,
  },
  {
    name: 'names the job and does not show it, and then does',
    creates: [{ kind: 'empty-success' }],
    first: [201],
    isReplayed: true,
    sent: 1,
  },
  {
    name: 'names the job and cannot show it',
    creates: [{ kind: 'empty-success' }],
    get: empty,
    first: [502, 'platform-malformed'],
    isReplayed: true,
    sent: 1,
  },
  { name: 'does not answer, and lists the job', creates: [lost], first: [201], isReplayed: true, sent: 1 },
  {
    name: 'does not answer, and lists the job late',
    creates: [lost, { kind: 'late-in-list', ms: 4_000 }],
    first: [201],
    isReplayed: true,
    sent: 1,
  },
  {
    name: 'does not answer, and lists the job very late',
    creates: [lost, { kind: 'late-in-list', ms: 40_000 }],
    first: [504, 'create-not-confirmed'],
    sent: 1,
  },
  {
    name: 'does not answer, and has not carried it out',
    creates: [{ kind: 'reset' }],
    first: [504, 'create-not-confirmed'],
    sent: 2,
  },
  {
    name: 'does not answer, and does not show its list',
    creates: [lost],
    list: empty,
    first: [504, 'create-outcome-unknown'],
    sent: 1,
  },
];

let service: ServiceUnderTest;
beforeEach(async () => {
  service = await startServiceUnderTest({ creates: { settlingMs: 10_000 } });
});
afterEach(() => service.stop());
const send = async (): Promise<Response> =>
  (await drive(service, post(service, anExport, { key: 'k' }), { hangs: true })).value;

describe('a key whose first request was sent to Platform, which', () => {
  it.each(faults)('$name', async ({ creates, list, get, first, isReplayed, sent }) => {
    const { misbehaviours, clock } = service.emulator;
    for (const how of creates) misbehaviours.add({ route: 'create', times: 1, how });
    if (list) misbehaviours.add({ route: 'list', how: list });
    if (get) misbehaviours.add({ route: 'get', how: get });
    const answer = await send();
    expect([answer.status, answer.body.code]).toEqual([first[0], first[1]]);
    misbehaviours.clear();
    clock.advance(75_000);
    const second = await send();
    expect([second.status, second.headers['idempotent-replayed']]).toEqual([
      201,
      isReplayed ? 'true' : undefined,
    ]);
    expect([createsOf(service), jobsOf(service)]).toEqual([sent, [second.body.id]]);
    // From then on it is the same answer, word for word.
    const third = await send();
    if (answer.status === 201) expect(third.text).toBe(answer.text);
    expect([third.body.id, third.headers['idempotent-replayed']]).toEqual([second.body.id, 'true']);
    expect(createsOf(service)).toBe(sent);
  });

  it('does not answer, and lists several jobs that it could be', async () => {
    const { misbehaviours, jobs, clock } = service.emulator;
    misbehaviours.add({ route: 'create', times: 1, how: lost });
    misbehaviours.add({ route: 'list', times: 1, how: { kind: 'delay', ms: 200 } });
    jobs.create('prod', {
      destination: { datasetId: 'd', segmentPerBatch: false },
      schema: { name: '_xdm.context.profile' },
      fields: 'identities.id,person.name',
      filter: {
        segments: [{ segmentId: 's1' }, { segmentId: 's2', segmentNs: 'ups' }],
        fromIngestTimestamp: '2026-01-01T00:00:00Z',
      },
    });
    for (let count = 0; count < 2; count += 1) {
      const { body } = await send();
      expect(body).toMatchObject({ status: 504, code: 'create-outcome-unknown' });
      expect(body.detail).toMatch(/10[12].*10[12]/);
      clock.advance(75_000);
    }
    expect([createsOf(service), jobsOf(service).length]).toEqual([1, 2]);
  });
});
