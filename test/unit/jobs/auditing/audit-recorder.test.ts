import { describe, expect, it } from '@jest/globals';
import { type AuditEntry, silentAuditTrail } from '../../../../src/audit/audit-trail.ts';
import { AuditUnavailable } from '../../../../src/audit/errors.ts';
import { createAuditRecorder, openAuditRecord } from '../../../../src/jobs/auditing/create-audit-recorder.ts';
import { describeExport } from '../../../../src/jobs/auditing/describe-export.ts';
import { outcomeOfFault } from '../../../../src/jobs/auditing/outcome-of-fault.ts';
import type { Definition } from '../../../../src/jobs/definition/definition.ts';
import { PolicyRefused } from '../../../../src/jobs/errors.ts';
import { PlatformTimedOut, RequestAbandoned } from '../../../../src/platform/errors.ts';
import { Fault } from '../../../../src/problems/fault.ts';
import { by } from '../../../support/changing.ts';

const definition: Definition = {
  datasetId: 'd',
  schema: 's',
  fields: undefined,
  segments: [{ id: 'one', namespace: 'ups', status: undefined }],
  qualified: undefined,
  ingestedAfter: undefined,
  includeEmptyProfiles: false,
  events: undefined,
  mergePolicy: undefined,
  batchPerSegment: false,
  evaluateSegments: false,
};

function record() {
  const entries: AuditEntry[] = [];
  const trail = { ...silentAuditTrail, write: (entry: AuditEntry) => entries.push(entry) };
  const context = { sandbox: 'prod', permission: 'all', requestId: 'r', by };
  return { entries, trail, context };
}
const call = (requestId: string) => ({ operation: 'create' as const, status: 200, durationMs: 1, requestId });

describe('the recorder of a request', () => {
  it('writes one line, whoever else records it later', () => {
    const { entries, trail, context } = record();
    const recorder = createAuditRecorder({ trail, action: 'create', context });
    recorder.describe(describeExport(definition, 'f'));
    recorder.context.observe?.(call('one'));
    recorder.context.observe?.(call('two'));
    recorder.record('created', { jobId: '7' });
    recorder.record('unknown');
    recorder.recordFault(new Error('late'));
    expect(entries).toEqual([
      {
        action: 'create',
        outcome: 'created',
        caller: 'someone',
        callerId: 'someone',
        user: undefined,
        sandbox: 'prod',
        requestId: 'r',
        platformRequestIds: ['one', 'two'],
        jobId: '7',
        fingerprint: 'f',
        datasetId: 'd',
        segments: ['one'],
        fields: 'all',
        events: false,
      },
    ]);
  });

  it('is the one that was opened where the request came in', () => {
    const { entries, trail, context } = record();
    const opened = openAuditRecord(trail, { action: 'rehearse', by, requestId: 'r' });
    const recorder = createAuditRecorder({
      trail,
      action: 'create',
      context: { ...context, recorder: opened },
    });
    recorder.record('rehearsed');
    opened.recordFault(new Error('late'));
    expect(entries).toMatchObject([{ action: 'rehearse', outcome: 'rehearsed', sandbox: 'prod' }]);
  });

  it('goes on telling whoever observed the calls before', () => {
    const { trail, context } = record();
    const seen: unknown[] = [];
    const observe = (one: unknown) => seen.push(one);
    createAuditRecorder({ trail, action: 'create', context: { ...context, observe } }).context.observe?.(
      call('one'),
    );
    expect(seen).toEqual([call('one')]);
  });

  it('names the rules that refused it, also those that its answer has no room for', () => {
    const { entries, trail, context } = record();
    const rules = ['forbiddenFields', 'datasets'];
    const fault = new PolicyRefused('no', {
      errors: [{ pointer: '/x', detail: 'no', rule: 'datasets' }],
      rules,
    });
    createAuditRecorder({ trail, action: 'create', context }).recordFault(fault);
    expect(entries).toMatchObject([{ outcome: 'refused', code: 'policy-refused', rules }]);
  });

  it('writes a line for a create of a process that died', () => {
    const { entries, trail } = record();
    const what = { ...describeExport(definition, 'f'), sandbox: 'prod', jobId: '7' };
    openAuditRecord(trail, { action: 'create', by, requestId: 'of the dead' }).record('created', {
      ...what,
      sentAtMs: 5,
      recovered: true,
    });
    expect(entries).toMatchObject([{ requestId: 'of the dead', recovered: true, sentAtMs: 5, jobId: '7' }]);
  });
});

describe('the outcome of a fault', () => {
  const fault = (...given: ConstructorParameters<typeof Fault>) => new Fault(...given);
  it.each<[string, string, unknown, boolean]>([
    ['refused', 'a refusal of ours', fault('policy-refused', ''), false],
    ['refused', 'a refusal of Platform’s', fault('job-refused', ''), false],
    ['refused', 'a key that is in use', fault('idempotency-key-in-use', ''), false],
    ['failed', 'no audit trail', new AuditUnavailable(''), false],
    ['failed', 'a token that is missing', fault('token-unavailable', ''), false],
    ['failed', 'a caller that is gone', new RequestAbandoned(''), false],
    ['failed', 'a time-out before it was sent', new PlatformTimedOut(''), false],
    ['unknown', 'a time-out after that', new PlatformTimedOut('', { mayHaveRun: true }), true],
    [
      'not-confirmed',
      'a create that is not seen',
      fault('create-not-confirmed', '', { mayHaveRun: true }),
      true,
    ],
    ['unknown', 'a create of which nobody knows', fault('create-outcome-unknown', ''), true],
    ['created', 'a job that is not shown', fault('platform-malformed', '', { startedJobId: '7' }), true],
    ['unknown', 'a bug behind the call', new TypeError('x'), true],
    ['failed', 'a bug before it', new TypeError('x'), false],
  ])('is %s for %s', (outcome, _name, error, wasSent) => {
    expect(outcomeOfFault(error, 'create', wasSent)).toBe(outcome);
  });
});
