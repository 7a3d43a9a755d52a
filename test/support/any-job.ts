import fc from 'fast-check';

const time = fc.oneof(
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.constantFrom('2016-12-31t23:59:60z', '2018-01-01 00:00:00-07:00', '2018-01-01T00:00:00', 'x'),
);
const word = fc.oneof(fc.constantFrom('', ' ', 's', 'a,b', '\ufffd', '\ud800', '__proto__'), fc.string());
const flag = fc.boolean();

/** A new job in our words, right or wrong. */
export const oursForm = fc.record(
  {
    datasetId: word,
    schema: word,
    fields: fc.array(word, { maxLength: 3 }),
    segments: fc.array(
      fc.oneof(
        word,
        fc.record(
          {
            id: word,
            namespace: word,
            status: fc.array(fc.constantFrom('realized', 'exited', 'x'), { maxLength: 3 }),
          },
          { requiredKeys: ['id'] },
        ),
      ),
      { maxLength: 3 },
    ),
    allProfiles: flag,
    qualified: fc.record({ from: time, to: time }, { requiredKeys: [] }),
    ingestedAfter: time,
    includeEmptyProfiles: flag,
    events: fc.record(
      { fields: fc.array(word, { maxLength: 2 }), ingestedAfter: time, ingestedBefore: time },
      { requiredKeys: [] },
    ),
    mergePolicy: fc.oneof(word, fc.record({ id: word, version: fc.integer() }, { requiredKeys: ['id'] })),
    batchPerSegment: flag,
    evaluateSegments: flag,
  },
  { requiredKeys: ['datasetId'] },
);

/** The same in Adobe's form. */
export const adobesForm = fc.record(
  {
    destination: fc.record({ datasetId: word, dataSetId: word, segmentPerBatch: flag }, { requiredKeys: [] }),
    schema: fc.record({ name: word }),
    fields: word,
    mergePolicy: fc.record({ id: word, version: fc.integer() }, { requiredKeys: [] }),
    filter: fc.record(
      {
        segments: fc.array(
          fc.record(
            { segmentId: word, segmentNs: word, status: fc.array(word, { maxLength: 2 }) },
            { requiredKeys: ['segmentId'] },
          ),
          { maxLength: 3 },
        ),
        segmentQualificationTime: fc.record({ startTime: time, endTime: time }, { requiredKeys: [] }),
        fromIngestTimestamp: time,
        emptyProfiles: flag,
      },
      { requiredKeys: [] },
    ),
    additionalFields: fc.record(
      { eventList: fc.record({ fields: word }, { requiredKeys: [] }) },
      { requiredKeys: [] },
    ),
    evaluationInfo: fc.record({ segmentation: flag }, { requiredKeys: [] }),
  },
  { requiredKeys: ['destination', 'schema'] },
);
