import { describe, expect, it } from '@jest/globals';
import { tagOf } from '../../src/jobs/cache/cached.ts';
import type { CreateCommand, Created } from '../../src/jobs/creating/new-export.ts';
import { Fault } from '../../src/problems/fault.ts';
import { startRoutes } from '../support/routes-under-test.ts';

const newJob = { datasetId: 'd', allProfiles: true };
const job = { id: '7', status: 'PROCESSING', done: false, segments: [], batches: [], errors: [] };
const json = JSON.stringify(job);
const reusedJson = JSON.stringify({ ...job, reused: true });

/** What is answered where the create comes to this, in an app that has mounted the router below `/exports`. */
async function answerTo(outcome: Created | Error, path = '/jobs') {
  const commands: CreateCommand[] = [];
  const create = async (command: CreateCommand) => {
    commands.push(command);
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
  await using routes = await startRoutes({ create }, { at: '/exports' });
  const answer = await routes.send('post', path, { body: newJob });
  return { answer, commands };
}

const named = ['location', 'content-location', 'etag', 'idempotent-replayed', 'cache-status'] as const;

describe('the answer to a create', () => {
  const etag = `"${tagOf(json)}"`;
  const location = '/exports/jobs/7';
  const own = 'aep-jobs-bff; fwd=method';

  it.each<[string, Created, number, (string | undefined)[]]>([
    [
      'that has started the job',
      { kind: 'created', id: '7', json, isReplayed: false },
      201,
      [location, undefined, etag, undefined, own],
    ],
    [
      'that is given again',
      { kind: 'created', id: '7', json, isReplayed: true },
      201,
      [location, undefined, etag, 'true', undefined],
    ],
    [
      'that found an equal job running',
      { kind: 'reused', id: '7', json: reusedJson, isReplayed: false },
      200,
      [undefined, location, undefined, undefined, undefined],
    ],
    [
      'that found an equal job running, given again',
      { kind: 'reused', id: '7', json: reusedJson, isReplayed: true },
      200,
      [undefined, location, undefined, 'true', undefined],
    ],
  ])('%s says what it is', async (_name, outcome, status, headers) => {
    const { answer } = await answerTo(outcome);
    expect([answer.status, answer.text]).toEqual([status, outcome.json]);
    expect(named.map((name) => answer.headers[name])).toEqual(headers);
  });

  it('has no link to a job that has no path here', async () => {
    for (const kind of ['created', 'reused'] as const) {
      const outcome = { kind, id: 'a/b', json: kind === 'created' ? json : reusedJson, isReplayed: false };
      const { headers } = (await answerTo(outcome)).answer;
      expect([headers.location, headers['content-location']]).toEqual([undefined, undefined]);
    }
  });

  it('says where the job is because of which it is refused, and when a key may be free again', async () => {
    const running = new Fault('job-already-running', 'Job 7 runs.', { runningJobId: '7' });
    const refused = (await answerTo(running)).answer;
    expect([refused.status, refused.headers.location]).toEqual([409, location]);
    const busy = (await answerTo(new Fault('idempotency-key-in-use', 'Wait.', { retryAfterMs: 2_000 })))
      .answer;
    expect([busy.status, busy.headers['retry-after']]).toEqual([409, '2']);
  });
});

describe('the query of a create', () => {
  it.each([
    ['/jobs', undefined],
    ['/jobs?dryRun=false', undefined],
    ['/jobs?duplicate=allow', 'allow'],
    ['/jobs?duplicate=reuse', 'reuse'],
    ['/jobs?duplicate=refuse&dryRun=false', 'refuse'],
  ])('%s asks for %s', async (path, duplicates) => {
    const { commands } = await answerTo({ kind: 'created', id: '7', json, isReplayed: false }, path);
    expect(commands.map((command) => command.duplicates)).toEqual([duplicates]);
  });

  it.each([
    ['duplicate', '/jobs?duplicate='],
    ['duplicate', '/jobs?duplicate=Reuse'],
    ['duplicate', '/jobs?duplicate=reuse&duplicate=reuse'],
    ['dryRun', '/jobs?dryRun'],
    ['dryRun', '/jobs?dryRun=1'],
    ['dry_run', '/jobs?dry_run=true'],
    ['limit', '/jobs?limit=1'],
  ])('is refused for its %s: %s', async (parameter, path) => {
    const { answer, commands } = await answerTo({ kind: 'created', id: '7', json, isReplayed: false }, path);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid-parameters']);
    expect(answer.body.errors).toEqual([{ parameter, detail: expect.any(String) }]);
    expect(commands).toEqual([]);
  });
});
