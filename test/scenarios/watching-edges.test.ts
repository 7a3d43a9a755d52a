import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { drive, pass, settle, until } from '../support/driving.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { followJob, putJob, readsOf, startExport } from '../support/watching.ts';

describe('those who watch a job', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await startServiceUnderTest({ cache: 'asConfigured' });
    putJob(service);
    await service.send('GET', '/jobs/7');
  });
  afterEach(() => service.stop());

  const fail = () => service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'html', status: 503 } });

  it('get no error because one of them is in a hurry', async () => {
    using patient = await followJob(service, '7');
    await pass(service, 5_000);
    service.emulator.misbehaviours.add({ route: 'get', times: 1, how: { kind: 'delay', ms: 1_000 } });
    const hurried = followJob(service, '7', { headers: { 'request-timeout': '0.2' } });
    using other = (await drive(service, hurried, { hangs: true })).value;
    await pass(service, 5_000);
    for (const stream of [patient, other]) expect(stream.told()).toEqual(['job PROCESSING']);
  });

  it('are told that an error is over as soon as one request has read the job', async () => {
    using stream = await followJob(service, '7');
    fail();
    await pass(service, 120_000, 2_000);
    expect(stream.told()).toEqual(['job PROCESSING', 'trouble']);
    service.emulator.misbehaviours.clear();
    await service.send('GET', '/jobs/7');
    await settle(service);
    expect(stream.told().at(-1)).toBe('recovered');
    using newcomer = await followJob(service, '7');
    await settle(service);
    expect(newcomer.told()).toEqual(['job PROCESSING']);
    // And what happens next is found at the pace of before, not when the back-off would have ended.
    putJob(service, { status: 'SUCCEEDED' });
    await pass(service, 3_000);
    expect(stream.told().slice(-2)).toEqual(['job SUCCEEDED', 'done']);
  });

  it('wait for nothing that our own cancel has overtaken', async () => {
    const id = await startExport(service);
    const answer = service.send('GET', `/jobs/${id}`, { headers: { prefer: 'wait=5' } });
    await until(() => service.emulator.clock.alarms() > 0);
    await settle(service);
    fail();
    await service.send('DELETE', `/jobs/${id}`);
    const { value } = await drive(service, answer);
    expect([value.status, value.body.code]).toEqual([502, 'platform-failed']);
  });

  it('are done with a job that is done, whatever they have seen of it', async () => {
    const id = await startExport(service);
    await pass(service, 230_000, 5_000);
    const answer = service.send('GET', `/jobs/${id}`, {
      headers: { prefer: 'wait=60', 'if-none-match': '*' },
    });
    const { value, tookMs } = await drive(service, answer);
    expect(value.status).toBe(304);
    expect(tookMs).toBeLessThan(30_000);
  });

  it('leave a line in the log for each question that is asked for them, with its id', async () => {
    using _stream = await followJob(service, '7');
    await pass(service, 20_000);
    const watched = service.logLines().filter(({ msg }) => msg === 'watch');
    expect(watched.length).toBe(readsOf(service) - 1);
    expect(watched[0]).toMatchObject({ sandbox: 'prod', jobId: '7', upstreamStatus: 200 });
    const ids = service.emulator.requests.all('get').map(({ headers }) => headers['x-request-id']);
    expect(ids).toEqual(expect.arrayContaining(watched.map(({ requestId }) => requestId)));
  });

  it('name the sandbox in the query, the header, or in both alike', async () => {
    putJob(service, { id: 8, status: 'NEW' }, 'dev');
    using byQuery = await followJob(service, '8', {});
    expect(byQuery.status).toBe(404);
    const headers = { 'x-sandbox-name': 'dev' };
    for (const [path, given, status] of [
      ['/jobs/8/events?sandbox=dev', {}, 200],
      ['/jobs/8/events?sandbox=dev', headers, 200],
      ['/jobs/8/events?sandbox=prod', headers, 400],
      ['/jobs/8/events?sandbox=dev&sandbox=dev', {}, 400],
      ['/jobs/8/events?sandbox=other', {}, 403],
    ] as const) {
      const answer = await fetch(`${service.url}${path}`, { headers: given });
      expect([path, answer.status]).toEqual([path, status]);
      await answer.body?.cancel();
    }
  });
});
