import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type EmulatorUnderTest, startEmulatorUnderTest } from '../support/emulator-under-test.ts';

let adobe: EmulatorUnderTest;
beforeAll(async () => {
  adobe = await startEmulatorUnderTest();
});
afterAll(() => adobe.emulator.close());

describe('whatever is asked to be exported', () => {
  const junk = fc.oneof({ maxDepth: 2 }, fc.jsonValue({ maxDepth: 2 }), fc.constant(null));
  const text = fc.oneof(fc.string(), fc.constantFrom('', '2018-01-01T00:00:00Z'), junk);
  const maybe = (model: Record<string, fc.Arbitrary<unknown>>) =>
    fc.oneof(
      { weight: 9, arbitrary: fc.record(model, { requiredKeys: [] }) },
      { weight: 1, arbitrary: junk },
    );
  const body = maybe({
    destination: maybe({ datasetId: fc.constant('d'), segmentPerBatch: fc.boolean() }),
    schema: maybe({ name: fc.constant('s') }),
    fields: text,
    mergePolicy: maybe({ id: text, version: fc.integer() }),
    filter: maybe({
      segments: fc.array(
        maybe({ segmentId: text, segmentNs: text, status: fc.array(text, { maxLength: 2 }) }),
        {
          maxLength: 2,
        },
      ),
      segmentQualificationTime: maybe({ startTime: text, endTime: text }),
      emptyProfiles: fc.oneof(fc.boolean(), junk),
    }),
    additionalFields: maybe({
      eventList: maybe({ fields: text, filter: maybe({ toIngestTimestamp: text }) }),
    }),
    evaluationInfo: maybe({ segmentation: fc.boolean() }),
    unknown: junk,
  });

  it("is a job of Adobe's document from its start to its end, or a refusal in one of Adobe's shapes", async () => {
    let created = 0;
    await fc.assert(
      fc.asyncProperty(body, async (value) => {
        // Each answer is held against the document by `ask`.
        const answer = await adobe.ask('POST', '', { body: JSON.stringify(value) });
        expect([200, 400]).toContain(answer.status);
        if (answer.status === 400) return;
        created += 1;
        adobe.emulator.clock.advance(240_000);
        expect((await adobe.ask('GET', `/${answer.body.id}`)).body.status).toBe('SUCCEEDED');
      }),
      // The first is one that succeeds.
      { numRuns: 150, examples: [[{ destination: { datasetId: 'd' }, schema: { name: 's' } }]] },
    );
    expect(created).toBeGreaterThan(0);
  });
});
