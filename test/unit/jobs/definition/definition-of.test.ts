import { describe, expect, it } from '@jest/globals';
import { definitionOfJob, definitionOfRequest } from '../../../../src/jobs/definition/definition-of.ts';
import { fingerprintOf } from '../../../../src/jobs/definition/fingerprint-of.ts';
import { isFilledIn } from '../../../../src/jobs/definition/is-filled-in.ts';
import { parseNewJob } from '../../../../src/jobs/parse-new-job.ts';
import { toJob } from '../../../../src/jobs/to-job.ts';

const ours = (body: object) => definitionOfRequest(parseNewJob({ datasetId: 'd', ...body }).request);
const all = (body: object) => ours({ allProfiles: true, ...body });
const adobes = (body: object) =>
  definitionOfRequest(
    parseNewJob({ destination: { datasetId: 'd' }, schema: { name: '_xdm.context.profile' }, ...body })
      .request,
  );
const ofJob = (fields: object) => definitionOfJob(toJob({ id: '1', status: 'NEW', fields: { ...fields } }));
const destination = { datasetId: 'd' };
const segments = (...statuses: (readonly string[])[]) => ({
  segments: statuses.map((status) => ({ id: 'a', status })),
});

describe('definitions that are equal', () => {
  it.each([
    ['an empty filter and none', adobes({ filter: {} }), all({})],
    [
      'other empty objects and none',
      adobes({ additionalFields: {}, evaluationInfo: {}, mergePolicy: {} }),
      all({}),
    ],
    ['blank fields and none', adobes({ fields: '  ' }), all({})],
    ['commas with blanks and an array', adobes({ fields: ' b , a' }), all({ fields: ['a', 'b'] })],
    [
      'version 1.0 and 1',
      adobes(JSON.parse('{"mergePolicy":{"version":1.0}}')),
      adobes({ mergePolicy: { version: 1 } }),
    ],
    [
      'an instant in two zones',
      all({ ingestedAfter: '2018-01-01T00:30:00.50+05:30' }),
      all({ ingestedAfter: '2017-12-31t19:00:00.5z' }),
    ],
    [
      'a leap second and what follows',
      all({ ingestedAfter: '2016-12-31T23:59:60Z' }),
      all({ ingestedAfter: '2017-01-01T00:00:00Z' }),
    ],
    [
      'no statuses and none of them',
      adobes({ filter: { segments: [{ segmentId: 'a', status: [] }] } }),
      ours({ segments: ['a'] }),
    ],
  ])('%s', (_name, one, other) => {
    expect(one).toEqual(other);
    expect(fingerprintOf(one)).toBe(fingerprintOf(other));
  });

  it('do not depend on the order of their own properties', () => {
    const definition = all({ qualified: { from: '2018-01-01T00:00:00Z' } });
    const turned = Object.fromEntries(Object.entries(definition).reverse());
    expect(fingerprintOf({ ...definition, ...turned })).toBe(fingerprintOf(definition));
  });
});

describe('definitions that are not equal', () => {
  it.each([
    ['an empty list of events and none', adobes({ additionalFields: { eventList: {} } }), all({})],
    [
      'two instants with a nanosecond between',
      all({ ingestedAfter: '2018-01-01T00:00:00.000000001Z' }),
      all({ ingestedAfter: '2018-01-01T00:00:00Z' }),
    ],
    [
      'a merge policy with and without version',
      all({ mergePolicy: { id: 'm', version: 1 } }),
      all({ mergePolicy: 'm' }),
    ],
    ['a segment with and without statuses', ours(segments(['realized'])), ours({ segments: ['a'] })],
    [
      'a segment once with two statuses and twice with one',
      ours(segments(['realized', 'exited'])),
      ours(segments(['realized'], ['exited'])),
    ],
    ['ids that only normalisation makes equal', ours({ segments: ['é'] }), ours({ segments: ['e\u0301'] })],
    [
      'the end and the beginning of a span',
      all({ qualified: { from: '2018-01-01T00:00:00Z' } }),
      all({ qualified: { to: '2018-01-01T00:00:00Z' } }),
    ],
  ])('%s', (_name, one, other) => {
    expect(fingerprintOf(one)).not.toBe(fingerprintOf(other));
  });
});

describe('the definition of a job', () => {
  it.each([
    ['names no dataset', { destination: {} }],
    ['has a blank dataset', { destination: { datasetId: '' } }],
    ['has a segment without an id', { destination, filter: { segments: [{ segmentNs: 'ups' }] } }],
    ['hides a part of a name', { destination, mergePolicy: { id: '[organization]-default' } }],
  ])('is not known where it %s', (_name, fields) => {
    expect(ofJob(fields)).toBeUndefined();
  });

  it('reads times as services write them, and keeps what is no time', () => {
    const written = (fromIngestTimestamp: string) => ofJob({ destination, filter: { fromIngestTimestamp } });
    const time = all({ ingestedAfter: '2018-01-01T00:00:00.5Z' });
    expect([written('2018-01-01T00:00:00.500+0000'), written('2018-01-01T00:00:00.5')]).toEqual([time, time]);
    expect(written('soon')?.ingestedAfter).toBe('soon');
  });
});

describe('a job that is filled in', () => {
  const shown = (fields: object) => ofJob({ destination, ...fields }) ?? all({});
  it.each([
    ['a merge policy where none was wished', all({}), { mergePolicy: { id: 'm', version: 3 } }, true],
    [
      'the version of the one that was',
      all({ mergePolicy: 'm' }),
      { mergePolicy: { id: 'm', version: 3 } },
      true,
    ],
    ['another merge policy', all({ mergePolicy: 'm' }), { mergePolicy: { id: 'n', version: 3 } }, false],
    [
      'another version',
      all({ mergePolicy: { id: 'm', version: 2 } }),
      { mergePolicy: { id: 'm', version: 3 } },
      false,
    ],
    ['no merge policy where one was wished', all({ mergePolicy: 'm' }), {}, false],
    [
      'statuses where none were wished',
      ours({ segments: ['a'] }),
      { filter: { segments: [{ segmentId: 'a', status: ['realized'] }] } },
      true,
    ],
    [
      'statuses of another segment',
      ours({ segments: ['a'] }),
      { filter: { segments: [{ segmentId: 'b', status: ['realized'] }] } },
      false,
    ],
    [
      'other statuses',
      ours(segments(['exited'])),
      { filter: { segments: [{ segmentId: 'a', status: ['realized'] }] } },
      false,
    ],
    ['fields where all were wished', all({}), { fields: 'a' }, false],
  ])('may have %s or not', (_name, command, fields, expected) => {
    expect(isFilledIn(command, shown(fields))).toBe(expected);
  });
});
