import { expect } from '@jest/globals';
import type { Misbehaviour } from '../../emulator/misbehaviour.ts';
import type { ServiceUnderTest } from './service-under-test.ts';

export type How = Misbehaviour['how'];
export const json = (status: number, body: object, headers: Record<string, string> = {}): How => ({
  kind: 'answer',
  status,
  headers,
  body,
});
export const gateway = (
  status: number,
  error_code: string,
  message = 'said so',
  headers?: Record<string, string>,
) => json(status, { error_code, message }, headers);

const newJob = { datasetId: 'd', segments: ['s'] };
const calls = {
  list: ['GET', '/jobs', undefined],
  get: ['GET', '/jobs/100', undefined],
  create: ['POST', '/jobs', newJob],
  cancel: ['DELETE', '/jobs/100', undefined],
} as const;
export type Operation = keyof typeof calls;

/** Makes Platform answer one of the four calls in this way, and sends the request that leads to it. */
export async function failWith(service: ServiceUnderTest, route: Operation, how: How) {
  service.emulator.requests.clear();
  service.emulator.misbehaviours.add({ route, how });
  const [method, path, body] = calls[route];
  const answer = await service.send(method, path, body ? { body } : {});
  expect(answer.type).toBe('application/problem+json');
  expect(answer.body).toMatchObject({ status: answer.status, requestId: answer.headers['x-request-id'] });
  return { answer, upstreamCalls: service.emulator.requests.all(route).length };
}
