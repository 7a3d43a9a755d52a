import fc from 'fast-check';

/** An instant: whole seconds, and nine digits of the next one. */
interface Instant {
  readonly epochS: number;
  readonly nanos: number;
}

/** What an export is to do, before anybody writes it down. */
export interface Meaning {
  readonly datasetId: string;
  readonly schema: string;
  readonly fields: readonly string[];
  readonly segments: readonly {
    readonly id: string;
    readonly namespace: string;
    readonly status: readonly string[];
  }[];
  readonly qualified: readonly [Instant | undefined, Instant | undefined];
  readonly ingestedAfter: Instant | undefined;
  readonly includeEmptyProfiles: boolean;
  readonly events:
    | { readonly fields: readonly string[]; readonly ingested: Meaning['qualified'] }
    | undefined;
  readonly mergePolicy: { readonly id: string; readonly version: number | undefined } | undefined;
  readonly batchPerSegment: boolean;
  readonly evaluateSegments: boolean;
}

const word = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'ups',
    '_xdm.context.profile',
    'é',
    'e\u0301',
    '__proto__',
    ' a',
    '"',
    'toString',
  ),
  fc
    .string({ unit: 'binary', minLength: 1, maxLength: 5 })
    .filter((text) => /\S/.test(text) && !text.includes('\ufffd')),
);
const path = fc.oneof(
  fc.constantFrom('a', 'a.b', 'identities.id', '__proto__'),
  word.filter((text) => /^[^,\s]+$/.test(text)),
);
const paths = fc.array(path, { maxLength: 4 });
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const instant = fc.record({
  epochS: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: -9e9, max: 9e9 })),
  nanos: fc.oneof(fc.constantFrom(0, 1, 100_000_000), fc.integer({ min: 0, max: 999_999_999 })),
});
const span = fc.tuple(optional(instant), optional(instant)).map(([one, other]) => {
  const isTurned = one && other && (one.epochS - other.epochS || one.nanos - other.nanos) > 0;
  return isTurned ? ([other, one] as const) : ([one, other] as const);
});

export const meaning: fc.Arbitrary<Meaning> = fc.record({
  datasetId: word,
  schema: fc.oneof(fc.constant('_xdm.context.profile'), word),
  fields: paths,
  segments: fc.array(
    fc.record({
      id: word,
      namespace: fc.oneof(fc.constant('ups'), word),
      status: fc.subarray(['realized', 'exited', 'existing']),
    }),
    { maxLength: 4 },
  ),
  qualified: span,
  ingestedAfter: optional(instant),
  includeEmptyProfiles: fc.boolean(),
  events: optional(fc.record({ fields: paths, ingested: span })),
  mergePolicy: optional(fc.record({ id: word, version: optional(fc.integer({ min: -2, max: 5 })) })),
  batchPerSegment: fc.boolean(),
  evaluateSegments: fc.boolean(),
});

/** Draws how something is written. */
export type Draw = fc.GeneratorValue;

/** A body in our words that means this: shuffled, with doubles, in any zone, with defaults said or left out. */
export function inOurWords(of: Meaning, draw: Draw): object {
  return {
    datasetId: of.datasetId,
    schema: unlessDefault(draw, of.schema, '_xdm.context.profile'),
    fields: of.fields.length > 0 ? anyOrder(draw, of.fields) : undefined,
    ...(of.segments.length === 0
      ? { allProfiles: true }
      : {
          segments: anyOrder(draw, of.segments).map(({ id, namespace, status }) => {
            const isPlain = namespace === 'ups' && status.length === 0;
            if (isPlain && draw(fc.boolean)) return id;
            const said = status.length > 0 ? anyOrder(draw, status) : undefined;
            return { id, namespace: unlessDefault(draw, namespace, 'ups'), status: said };
          }),
        }),
    qualified: spelledSpan(draw, of.qualified, 'from', 'to'),
    ingestedAfter: spelled(draw, of.ingestedAfter),
    includeEmptyProfiles: unlessDefault(draw, of.includeEmptyProfiles, false),
    events: of.events && {
      fields: of.events.fields.length > 0 ? anyOrder(draw, of.events.fields) : undefined,
      ...spelledSpan(draw, of.events.ingested, 'ingestedAfter', 'ingestedBefore'),
    },
    mergePolicy: mergePolicyIn(draw, of.mergePolicy),
    batchPerSegment: unlessDefault(draw, of.batchPerSegment, false),
    evaluateSegments: unlessDefault(draw, of.evaluateSegments, false),
  };
}

/** The same in Adobe's form. */
export function inAdobesWords(of: Meaning, draw: Draw): object {
  const filter = {
    segments:
      of.segments.length === 0
        ? undefined
        : anyOrder(draw, of.segments).map(({ id, namespace, status }) => ({
            segmentId: id,
            segmentNs: unlessDefault(draw, namespace, 'ups'),
            status: status.length > 0 || draw(fc.boolean) ? anyOrder(draw, status) : undefined,
          })),
    segmentQualificationTime: spelledSpan(draw, of.qualified, 'startTime', 'endTime'),
    fromIngestTimestamp: spelled(draw, of.ingestedAfter),
    emptyProfiles: unlessDefault(draw, of.includeEmptyProfiles, false),
  };
  const eventList = of.events && {
    fields: joined(draw, of.events.fields),
    filter: spelledSpan(draw, of.events.ingested, 'fromIngestTimestamp', 'toIngestTimestamp'),
  };
  return {
    destination: {
      [draw(fc.constantFrom, 'datasetId', 'dataSetId')]: of.datasetId,
      segmentPerBatch: unlessDefault(draw, of.batchPerSegment, false),
    },
    schema: { name: of.schema },
    fields: joined(draw, of.fields),
    filter: orNothing(draw, filter),
    additionalFields: orNothing(draw, { eventList }),
    mergePolicy: orNothing(draw, of.mergePolicy ?? {}),
    evaluationInfo: orNothing(draw, { segmentation: unlessDefault(draw, of.evaluateSegments, false) }),
  };
}

function mergePolicyIn(draw: Draw, policy: Meaning['mergePolicy']) {
  return policy && policy.version === undefined && draw(fc.boolean) ? policy.id : policy;
}

/** All of them, and some twice, in any order. */
function anyOrder<Value>(draw: Draw, values: readonly Value[]): readonly Value[] {
  const doubles = draw(fc.subarray<Value>, [...values]);
  const all = [...values, ...doubles];
  return draw(fc.shuffledSubarray<Value>, all, { minLength: all.length });
}

function unlessDefault<Value>(draw: Draw, value: Value, standard: Value): Value | undefined {
  return value === standard && draw(fc.boolean) ? undefined : value;
}

/** What says nothing may be there, too. */
function orNothing(draw: Draw, shape: object): object | undefined {
  const isBlank = Object.values(shape).every((value) => value === undefined);
  return isBlank && draw(fc.boolean) ? undefined : shape;
}

function joined(draw: Draw, all: readonly string[]): string | undefined {
  if (all.length === 0) return draw(() => fc.constantFrom(undefined, '', ' '));
  return anyOrder(draw, all).join(draw(fc.constantFrom, ',', ', ', ' ,  '));
}

function spelledSpan(draw: Draw, [from, to]: Meaning['qualified'], first: string, last: string) {
  return orNothing(draw, { [first]: spelled(draw, from), [last]: spelled(draw, to) });
}

/** RFC 3339, in any of its ways. */
export function spelled(draw: Draw, instant: Instant | undefined): string | undefined {
  if (instant === undefined) return undefined;
  const minutes = draw(fc.integer, { min: -14 * 60, max: 14 * 60 });
  const local = new Date((instant.epochS + minutes * 60) * 1000).toISOString().slice(0, 19);
  const digits = String(instant.nanos).padStart(9, '0').replace(/0+$/, '');
  const fraction = digits + '0'.repeat(draw(fc.nat, 3));
  const zone =
    minutes === 0
      ? 'Z'
      : `${minutes < 0 ? '-' : '+'}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
  const text = `${local}${fraction && `.${fraction}`}${zone}`;
  return draw(fc.boolean) ? text : text.replace('T', draw(fc.constantFrom, 't', ' ')).replace('Z', 'z');
}

const two = (count: number) => String(Math.trunc(count)).padStart(2, '0');
