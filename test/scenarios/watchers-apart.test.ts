import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { pass, settle, until } from '../support/driving.ts';
import { startServiceUnderTest } from '../support/service-under-test.ts';
import { followJob, putJob, readsOf } from '../support/watching.ts';

describe('those who watch jobs of the same id', () => {
  const callerOf = ({ headers }: IncomingMessage) => ({
    id: 'one',
    permission: String(headers.authorization),
  });

  it('never see what others see in another sandbox, or with another permission', async () => {
    await using service = await startServiceUnderTest({ cache: 'asConfigured', callerOf });
    const scopes = ['prod', 'dev'].flatMap((sandbox) =>
      ['a', 'b'].map((authorization) => ({ 'x-sandbox-name': sandbox, authorization })),
    );
    for (const sandbox of ['prod', 'dev']) putJob(service, { requestId: sandbox }, sandbox);
    const streams = await Promise.all(scopes.map((headers) => followJob(service, '7', { headers })));
    await until(() => streams.every((stream) => stream.events().length === 1));
    // As many reads as scopes, although two scopes contain the same job.
    expect(readsOf(service)).toBe(4);
    await pass(service, 1_500);

    const [dev, otherDev] = scopes.slice(2);
    let isAnswered = false;
    const headers = { ...otherDev, prefer: 'wait=30' };
    const waiting = service.send('GET', '/jobs/7', { headers }).finally(() => {
      isAnswered = true;
    });
    waiting.catch(() => {});
    await settle(service);

    putJob(service, { requestId: 'dev', status: 'SUCCEEDED' }, 'dev');
    await service.send('GET', '/jobs/7', { headers: dev ?? {} });
    await settle(service);
    expect(streams.map((stream) => stream.told().at(-1))).toEqual([
      'job PROCESSING',
      'job PROCESSING',
      'done',
      'job PROCESSING',
    ]);
    expect(isAnswered).toBe(false);
    await pass(service, 3_000);
    expect((await waiting).body.status).toBe('SUCCEEDED');
    expect(streams.map((stream) => stream.told().at(-1)).slice(2)).toEqual(['done', 'done']);
    const sandboxes = streams.map((stream) => stream.events().map(({ data }) => data.requestId));
    expect(sandboxes.map(([first]) => first)).toEqual(['prod', 'prod', 'dev', 'dev']);
    for (const stream of streams) stream[Symbol.dispose]();
  });
});
