import { z } from 'zod';
import {
  atMost,
  flag,
  mostFields,
  mostSegments,
  mostStatuses,
  text,
  time,
  version,
} from '../platform/body-values.ts';

/** Platform takes a comma-separated string, so a path that contains a comma would become two paths. */
const fields = atMost(
  mostFields,
  z
    .array(text.regex(/^[^,\s]+$/, { error: 'must be one dotted path, without commas and spaces' }), {
      error: 'must be an array of dotted paths',
    })
    .min(1, { error: 'must not be empty: leave it out to export all fields' }),
);

const segment = z.strictObject({
  id: text,
  namespace: text.optional().meta({ description: 'Platform takes `ups` unless this says otherwise.' }),
  status: atMost(
    mostStatuses,
    z
      .array(z.enum(['realized', 'exited', 'existing'], { error: 'must be realized, exited or existing' }), {
        error: 'must be an array of realized, exited or existing',
      })
      .min(1, { error: 'must not be empty' }),
  ).optional(),
});

const inOrder = (from: string | undefined, to: string | undefined) =>
  from === undefined || to === undefined || Date.parse(from) <= Date.parse(to);

/** A new job in our words. Strict: a misspelt `segments` must not export every profile. */
export const newJobSchema = z
  .strictObject({
    datasetId: text.meta({
      description: 'The dataset to fill; its schema is the union schema.',
      example: '5b7c86968f7b6501e21ba9df',
    }),
    schema: text.optional().meta({ description: '`_xdm.context.profile` unless given.' }),
    fields: fields.optional().meta({
      description: 'The dotted paths to export; all fields unless given.',
      example: ['identities.id', 'personalEmail.address'],
    }),
    segments: atMost(
      mostSegments,
      z
        .array(z.union([text, segment]), { error: 'must be an array of segment ids or segments' })
        .min(1, { error: 'must not be empty: to export every profile, say "allProfiles": true instead' }),
    )
      .optional()
      .meta({ description: 'Whose profiles to export. Either this or `allProfiles`.' }),
    allProfiles: flag.optional().meta({ description: 'True to export every profile there is.' }),
    qualified: z
      .strictObject({ from: time.optional(), to: time.optional() })
      .refine(({ from, to }) => inOrder(from, to), { error: 'must not end before it begins' })
      .optional()
      .meta({ description: 'When a profile qualified for the segment.' }),
    ingestedAfter: time.optional().meta({ description: 'Only profiles ingested after this time.' }),
    includeEmptyProfiles: flag.optional(),
    events: z
      .strictObject({
        fields: fields.optional(),
        ingestedAfter: time.optional(),
        ingestedBefore: time.optional(),
      })
      .refine(({ ingestedAfter, ingestedBefore }) => inOrder(ingestedAfter, ingestedBefore), {
        error: 'must not end before it begins',
      })
      .optional()
      .meta({ description: 'Given, time-series events are exported too.' }),
    mergePolicy: z
      .union([text, z.strictObject({ id: text, version: version.optional() })])
      .optional()
      .meta({ description: 'An id, or an id and a version; the latest version unless given.' }),
    batchPerSegment: flag.optional().meta({ description: 'True for one batch for each segment.' }),
    evaluateSegments: flag.optional(),
  })
  .check(
    // Checked even if other properties are not valid, so that the answer lists all faults at once.
    z.refine((job) => saysWhose(job) !== 'neither', {
      path: ['segments'],
      error: 'is missing: name the segments, or say "allProfiles": true to export every profile',
      when: isObject,
    }),
    z.refine((job) => saysWhose(job) !== 'both', {
      path: ['allProfiles'],
      error: 'contradicts segments: keep one of the two',
      when: isObject,
    }),
  )
  .meta({
    id: 'NewJob',
    description: 'A new job in our words.',
    override: ({ jsonSchema }) => {
      jsonSchema.oneOf = [
        { required: ['segments'], properties: { segments: { type: 'array' } } },
        { required: ['allProfiles'], properties: { allProfiles: { const: true } } },
      ];
    },
  });

export type NewJob = z.output<typeof newJobSchema>;

function isObject({ value }: { value: unknown }): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function saysWhose(job: {
  segments?: unknown;
  allProfiles?: unknown;
}): 'segments' | 'all' | 'both' | 'neither' {
  const named = job.segments !== undefined;
  if (job.allProfiles === true) return named ? 'both' : 'all';
  return named ? 'segments' : 'neither';
}
