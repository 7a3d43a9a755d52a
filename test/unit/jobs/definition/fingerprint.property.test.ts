import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { definitionOfJob, definitionOfRequest } from '../../../../src/jobs/definition/definition-of.ts';
import { fingerprintOf } from '../../../../src/jobs/definition/fingerprint-of.ts';
import { isFilledIn } from '../../../../src/jobs/definition/is-filled-in.ts';
import { parseNewJob } from '../../../../src/jobs/parse-new-job.ts';
import { toJob } from '../../../../src/jobs/to-job.ts';
import { readExportJob } from '../../../../src/platform/export-job.ts';
import {
  type Draw,
  inAdobesWords,
  inOurWords,
  type Meaning,
  meaning,
} from '../../../support/any-definition.ts';
import { adobesForm, oursForm } from '../../../support/any-job.ts';

const asSent = (body: object) => JSON.parse(JSON.stringify(body));
const requestOf = (body: object) => parseNewJob(asSent(body)).request;
const write = (of: Meaning, draw: Draw) => (draw(fc.boolean) ? inOurWords : inAdobesWords)(of, draw);
const read = (body: object) => definitionOfRequest(requestOf(body));

/** As Platform keeps it and shows it again. */
const echoed = (body: object) =>
  toJob(readExportJob({ id: 1, status: 'NEW', ...asSent(requestOf(body)) }, ''));

/** What the two mean, compared in the plainest way. */
function isSame(one: Meaning, other: Meaning): boolean {
  const plain = ({ fields, segments, events, ...rest }: Meaning) => ({
    ...rest,
    fields: new Set(fields),
    segments: new Set(segments.map(({ id, namespace, status }) => JSON.stringify([id, namespace, status]))),
    events: events && { ...events, fields: new Set(events.fields) },
  });
  // Cloned, since fast-check gives some of them no prototype.
  return isDeepStrictEqual(structuredClone(plain(one)), structuredClone(plain(other)));
}

/** One place of it, or a part of one, is as in another one. */
const changed = fc
  .tuple(meaning, meaning)
  .chain(([one, other]) =>
    fc
      .constantFrom<Partial<Meaning>>(
        ...Object.entries(other).map(([place, value]) => ({ [place]: value })),
        ...partsOf(one, other),
      )
      .map((part) => [one, { ...one, ...part }] as const),
  );

function* partsOf({ mergePolicy, events, segments, ingestedAfter }: Meaning, other: Meaning) {
  if (mergePolicy) yield { mergePolicy: { ...mergePolicy, version: other.mergePolicy?.version } };
  if (events) yield { events: { ...events, fields: other.events?.fields ?? [] } };
  if (events)
    yield { events: { ...events, ingested: other.events?.ingested ?? ([undefined, undefined] as const) } };
  if (ingestedAfter) yield { ingestedAfter: { ...ingestedAfter, nanos: other.ingestedAfter?.nanos ?? 1 } };
  const [first, ...others] = segments;
  if (first) yield { segments: [...others, { ...first, status: other.segments[0]?.status ?? [] }] };
  if (first) yield { segments: [...others, { ...first, namespace: 'other' }] };
}

describe('the fingerprint of an export', () => {
  it("is one for all spellings, in our words and in Adobe's", () => {
    fc.assert(
      fc.property(meaning, fc.gen(), (of, draw) => {
        const one = read(write(of, draw));
        const other = read(write(of, draw));
        expect(one).toEqual(other);
        expect(fingerprintOf(one)).toBe(fingerprintOf(other));
      }),
      { numRuns: 300, endOnFailure: true },
    );
  });

  it('is never one for two that differ in a place', () => {
    fc.assert(
      fc.property(changed, fc.gen(), ([one, other], draw) => {
        const [first, second] = [one, other].map((of) => fingerprintOf(read(write(of, draw))));
        expect(first === second).toBe(isSame(one, other));
      }),
      { numRuns: 1000, endOnFailure: true },
    );
  });
});

describe('an export, sent and shown again', () => {
  it('has the definition of its request, so nothing was lost on the way', () => {
    fc.assert(
      fc.property(meaning, fc.gen(), (of, draw) => {
        const body = write(of, draw);
        expect(definitionOfJob(echoed(body))).toEqual(read(body));
      }),
      { numRuns: 300, endOnFailure: true },
    );
  });

  it('is filled in from whatever leaves out its merge policy and statuses, and from nothing else', () => {
    fc.assert(
      fc.property(meaning, changed, fc.gen(), (of, [one, other], draw) => {
        const job = read(write(of, draw));
        expect(isFilledIn(job, job)).toBe(true);
        const bare = {
          ...of,
          mergePolicy: undefined,
          segments: of.segments.map((each) => ({ ...each, status: [] })),
        };
        expect(isFilledIn(read(write(bare, draw)), job)).toBe(true);
        const known = { ...other, mergePolicy: one.mergePolicy, segments: one.segments };
        expect(isFilledIn(read(write(one, draw)), read(write(known, draw)))).toBe(isSame(one, known));
      }),
      { numRuns: 200, endOnFailure: true },
    );
  });

  it('is read without a fault, whatever a body says', () => {
    fc.assert(
      fc.property(fc.oneof(oursForm, adobesForm), (body) => {
        let request: ReturnType<typeof requestOf>;
        try {
          request = requestOf(body);
        } catch {
          return;
        }
        expect(fingerprintOf(definitionOfRequest(request))).toMatch(/^[\w-]{43}$/);
      }),
    );
  });
});
