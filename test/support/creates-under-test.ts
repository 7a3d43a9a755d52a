import type { Response } from 'supertest';
import type { ServiceUnderTest } from './service-under-test.ts';

/** What a create of these tests exports; equal in both spellings. */
export const anExport = {
  datasetId: 'd',
  segments: ['s1', { id: 's2', namespace: 'ups' }],
  fields: ['person.name', 'identities.id'],
  ingestedAfter: '2026-01-01T00:00:00Z',
};
export const sameExport = {
  destination: { datasetId: 'd', segmentPerBatch: false },
  schema: { name: '_xdm.context.profile' },
  fields: 'identities.id, person.name',
  filter: {
    segments: [{ segmentId: 's2' }, { segmentId: 's1', segmentNs: 'ups' }],
    fromIngestTimestamp: '2026-01-01T01:00:00.000+01:00',
  },
};
export const otherExport = { ...anExport, datasetId: 'other' };

interface Sending {
  readonly key?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends a create, and does not wait for what comes before it: the call is under way when this returns. */
export function post(service: ServiceUnderTest, body: object, sending: Sending = {}): Promise<Response> {
  const { key, query = '', headers = {} } = sending;
  const all = { ...headers, ...(key !== undefined && { 'idempotency-key': key }) };
  return service.send('POST', `/jobs${query}`, { headers: all, body });
}

/** How often Platform was asked to create. */
export const createsOf = ({ emulator }: ServiceUnderTest) => emulator.requests.all('create').length;

/** The jobs that Platform has, by their ids; whatever misbehaves. */
export function jobsOf({ emulator }: ServiceUnderTest): readonly string[] {
  return emulator.jobs.list('prod').map(({ id }) => String(id));
}

export const statuses = (answers: readonly Response[]) => answers.map(({ status }) => status).sort();
