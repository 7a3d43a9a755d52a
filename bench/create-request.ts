import { randomUUID } from 'node:crypto';

/** A create as it is posted to `/jobs`. */
export interface CreateRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A usual export. Another number makes another definition, in its dataset and its segment. */
export function createRequest(number: number, withKey: boolean): CreateRequest {
  const digits = number.toString(16).padStart(12, '0');
  const body = {
    datasetId: datasetOf(number),
    fields: ['identities.id', 'personalEmail.address', 'person.name.firstName', 'person.name.lastName'],
    segments: [{ id: `52c26d0d-45f2-47a2-ab30-${digits}`, namespace: 'ups', status: ['realized'] }],
    qualified: { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' },
    mergePolicy: { id: 'timestampOrdered-none-mp', version: 1 },
  };
  const headers = {
    'content-type': 'application/json',
    ...(withKey && { 'idempotency-key': `"${randomUUID()}"` }),
  };
  return { headers, body: JSON.stringify(body) };
}

export function datasetOf(number: number): string {
  return `5b7c86968f7b${number.toString(16).padStart(12, '0')}`;
}
