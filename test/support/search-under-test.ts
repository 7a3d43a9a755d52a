import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import type { Misbehaviour } from '../../emulator/misbehaviour.ts';
import type { ClaimRecord } from '../../src/claims/claims.ts';
import { loadSettings } from '../../src/config/load-settings.ts';
import { createSearchList, type Search, type SearchResult } from '../../src/jobs/creating/search-list.ts';
import type { Sending } from '../../src/jobs/creating/sending.ts';
import { definitionOfRequest } from '../../src/jobs/definition/definition-of.ts';
import { fingerprintOf } from '../../src/jobs/definition/fingerprint-of.ts';
import { parseNewJob } from '../../src/jobs/parse-new-job.ts';
import { createPlatformJobs } from '../../src/jobs/platform-jobs.ts';
import { createOrganizationMask } from '../../src/observability/organization-mask.ts';
import { Secret } from '../../src/observability/secret.ts';
import { createDescribeRequest } from '../../src/platform/describe-request.ts';
import { createDispatcher } from '../../src/platform/dispatcher.ts';
import { createPlatformClient } from '../../src/platform/platform-client.ts';
import { createSend } from '../../src/platform/send.ts';
import { Fault } from '../../src/problems/fault.ts';
import { drive } from './driving.ts';
import { emulatorEnv } from './service-under-test.ts';

const body = { datasetId: 'd', segments: ['s'] };
const { request } = parseNewJob(body);
const definition = definitionOfRequest(request);
const lateMs = 75_000;

/** The same as a job at Adobe. */
export const inAdobesForm = {
  destination: { datasetId: body.datasetId },
  schema: { name: '_xdm.context.profile' },
  filter: { segments: [{ segmentId: 's' }] },
};

/** What a search takes, over the emulator and without a policy, and creates of which nobody has heard again. */
export async function startSearchUnderTest({ wallIsAheadMs = 0 } = {}) {
  const emulator: Emulator = await startEmulator();
  const { clock } = emulator;
  clock.shiftWall(wallIsAheadMs);
  const settings = loadSettings({ env: emulatorEnv(emulator) });
  const { url: origin, callTimeoutMs, largestAnswerBytes, deadlineMs } = settings.platform;
  const { clientId: apiKey, orgId } = settings.adobe;
  const dispatcher = createDispatcher({ ...settings.platform, origin, proxy: undefined, connections: 4 });
  const send = createSend({ dispatcher, origin, apiKey, orgId, callTimeoutMs, largestAnswerBytes, clock });
  const token = new Secret(emulator.tokens.issue(365 * 24 * 60 * 60 * 1000));
  const hideOrganization = createOrganizationMask(orgId);
  const authorized = (one: Parameters<typeof send>[0], context: Parameters<typeof send>[1]) =>
    send(one, context, token);
  const client = createPlatformClient({
    send: authorized,
    describe: createDescribeRequest({ origin, apiKey, orgId }),
    origin,
    deadlineMs,
    hideOrganization,
    clock,
  });
  const platform = createPlatformJobs({ platform: client, clock, callOthers: (_what, call) => call() });
  const records: ClaimRecord[] = [];
  const context = { sandbox: 'prod', permission: 'all', requestId: 'the-callers' };
  const searchList = createSearchList({
    platform,
    claims: { find: async () => records },
    clock,
    lateMs,
  });

  return {
    emulator,
    clock,
    context,
    platform,
    /** Other creates that were sent from here. */
    claim(record: Partial<ClaimRecord>) {
      const base = { id: 'another', sandbox: 'prod', caller: 'c', memo: '{}', jobId: undefined };
      const state = { isHeld: false, isSettled: false, sentAtMs: clock.wallNow() };
      records.push({ ...base, ...state, fingerprint: fingerprintOf(definition), ...record });
    },
    forgetClaims: () => records.splice(0),
    /** Sends a create that this happens to, and answers with when it was sent. */
    async create(...manners: readonly Misbehaviour['how'][]): Promise<Sending> {
      const sending = { sentAtMs: clock.wallNow(), sentAtNowMs: clock.now() };
      for (const how of manners) emulator.misbehaviours.add({ route: 'create', times: 1, how });
      await platform.create(request, context).catch((error: unknown) => {
        if (!(error instanceof Fault && error.details.mayHaveRun)) throw error;
      });
      return sending;
    },
    /** Looks for the create, and moves the clock as far as that takes. */
    async search(sending: Sending, given: Partial<Search> = {}): Promise<SearchResult> {
      const search = { definition, ...sending, claimId: 'own', settlingMs: 10_000, ...given };
      return (await drive({ emulator }, searchList(search, context))).value;
    },
    async [Symbol.asyncDispose]() {
      await emulator.close();
      await dispatcher.destroy();
    },
  };
}

export const lost = { kind: 'lost-answer' } as const;
export const neverCarriedOut = { kind: 'reset' } as const;

export const found = (id: string) => ({ kind: 'found', job: { id } });
export const unclear = (...jobIds: string[]) => ({ kind: 'unclear', jobIds });
