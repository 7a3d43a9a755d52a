import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const adobes = { destination: { datasetId: 'd' }, schema: { name: '_xdm.context.profile' } };
const ours = { datasetId: 'd', segments: ['s'] };

describe('each place of a create', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startServiceUnderTest();
  });
  afterAll(() => service.stop());
  const send = (body: object) => service.send('POST', '/jobs', { body });

  const everyPath = [
    '/destination',
    '/destination/datasetId',
    '/destination/segmentPerBatch',
    '/schema',
    '/schema/name',
    '/fields',
    '/mergePolicy',
    '/mergePolicy/id',
    '/mergePolicy/version',
    '/filter',
    '/filter/segments',
    '/filter/segments/0',
    '/filter/segments/0/segmentId',
    '/filter/segments/0/segmentNs',
    '/filter/segments/0/status',
    '/filter/segments/0/status/0',
    '/filter/segmentQualificationTime',
    '/filter/segmentQualificationTime/startTime',
    '/filter/segmentQualificationTime/endTime',
    '/filter/fromIngestTimestamp',
    '/filter/emptyProfiles',
    '/additionalFields',
    '/additionalFields/eventList',
    '/additionalFields/eventList/fields',
    '/additionalFields/eventList/filter',
    '/additionalFields/eventList/filter/fromIngestTimestamp',
    '/additionalFields/eventList/filter/toIngestTimestamp',
    '/evaluationInfo',
    '/evaluationInfo/segmentation',
  ];
  const ourPaths = [
    '/datasetId',
    '/schema',
    '/fields',
    '/fields/0',
    '/segments',
    '/segments/0',
    '/segments/0/id',
    '/segments/0/namespace',
    '/segments/0/status',
    '/segments/0/status/0',
    '/allProfiles',
    '/qualified',
    '/qualified/from',
    '/qualified/to',
    '/ingestedAfter',
    '/includeEmptyProfiles',
    '/events',
    '/events/fields',
    '/events/fields/0',
    '/events/ingestedAfter',
    '/events/ingestedBefore',
    '/mergePolicy',
    '/mergePolicy/id',
    '/mergePolicy/version',
    '/batchPerSegment',
    '/evaluateSegments',
  ];
  const wrongValues = [null, true, 5, 1.5, 1e300, '', 'x', [], [null], [[]], {}, { x: 1 }, '\ufffd'];

  it.each([
    ["in Adobe's form", adobes, everyPath],
    ['in our words', ours, ourPaths],
  ])('is told in our own sentences what is of a wrong type or empty, %s', async (_form, base, paths) => {
    for (const path of paths) {
      for (const wrong of wrongValues) {
        const { status, body } = await send(withAt(base, path, wrong));
        if (status === 201) continue;
        expect([path, wrong, status]).toEqual([path, wrong, 422]);
        expect(body.errors.length).toBeGreaterThan(0);
        for (const { pointer, detail } of body.errors) {
          expect(pointer).toMatch(/^\//);
          expect(detail).toMatch(
            /^(must (be|have|not)|is (required|missing|not a property known here)|contradicts segments)/,
          );
        }
      }
    }
  });
});

/** A copy with a value at a JSON pointer; what is not there on the way is made. */
function withAt(base: object, pointer: string, value: unknown): object {
  const copy: Record<string, unknown> = structuredClone({ ...base });
  const parts = pointer.split('/').slice(1);
  let at: Record<string, unknown> = copy;
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1;
    const next = isLast
      ? value
      : Object(at[part]) === at[part]
        ? at[part]
        : parts[index + 1] === '0'
          ? []
          : {};
    at[part] = next;
    if (!isLast) at = Object(next);
  }
  return copy;
}
