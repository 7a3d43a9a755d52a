import { z } from 'zod';
import { parsePattern, patternForm } from '../policies/field-pattern.ts';
import { isTimeZone, weekdays } from '../policies/hours.ts';
import { profileSchema } from '../policies/policies.ts';
import { duplicateModes } from '../policies/rules.ts';

/** Bounds what 5000 fields of one export can cost. */
const mostPatterns = 200;
const mostIds = 1000;

const id = z
  .string({ error: 'must be a text' })
  .regex(/^\S{1,1024}$/, { error: 'must be an id, without blanks' });

const pattern = z
  .string({ error: 'must be a text' })
  .regex(patternForm, {
    error:
      'must be names of letters, digits, _ and - with dots between them, none of digits alone, such as personalEmail.address; * may stand in the place of a whole name',
  })
  .max(1024, { error: 'must have at most 1024 characters' })
  .transform(parsePattern);

const flag = z.boolean({ error: 'must be true or false' });

/** `24:00` is a time to end at only. */
const timeOf = (form: RegExp, error: string) => z.string({ error: required(error) }).regex(form, { error });
const time = String.raw`(?:[01]\d|2[0-3]):[0-5]\d`;

const hours = z
  .strictObject(
    {
      from: timeOf(new RegExp(`^${time}$`), 'must be a time such as 07:00').meta({
        description: 'From then on.',
        examples: ['07:00'],
      }),
      to: timeOf(new RegExp(`^(?:${time}|24:00)$`), 'must be a time such as 19:00, or 24:00').meta({
        description: 'Until then. A time before `from` is one of the next day.',
        examples: ['19:00'],
      }),
      timeZone: z
        .string({ error: required('must be a text') })
        .refine(isTimeZone, { error: 'must be a time zone such as Europe/Berlin or UTC' })
        .meta({ description: 'Whose clocks count.', examples: ['Europe/Berlin'] }),
      days: listOf(z.enum(weekdays, { error: `must be of ${weekdays.join(', ')}` }), weekdays.length)
        .min(1, { error: 'must name at least one' })
        .optional()
        .meta({ description: 'On which the hours begin; any day unless given.' }),
    },
    { error: 'must be an object with from, to and timeZone' },
  )
  .check(
    z.refine(({ from, to }) => from !== to, {
      path: ['to'],
      error: 'must not be the same as from: leave hours out, or say from 00:00 to 24:00',
    }),
  );

const rules = {
  datasets: listOf(id, mostIds).meta({ description: 'The only datasets that may be filled.' }),
  schemas: listOf(id, mostIds).meta({
    description: `The only schemas that may be exported, by their names; ${profileSchema} alone unless given, also where null lifts the rule.`,
    examples: [[profileSchema]],
  }),
  allowedFields: listOf(pattern, mostPatterns).meta({
    description: 'The only fields that may be exported, each with all below it; of events too.',
    examples: [['identities.id', 'homeAddress.*']],
  }),
  forbiddenFields: listOf(pattern, mostPatterns).meta({
    description:
      'Fields that must not be exported, nor what is below or above them; in upper and lower case; of events too.',
    examples: [['personalEmail.*']],
  }),
  allFields: flag.meta({
    description:
      'False: an export has to name its fields. A list of fields, forbidden or allowed, asks for that too.',
  }),
  allProfiles: flag.meta({ description: 'False: an export has to name segments.' }),
  mergePolicies: listOf(id, mostIds).meta({
    description: 'The ids of the only merge policies that may be used; an export has to name one.',
  }),
  events: flag.meta({ description: 'False: no time-series events may be exported.' }),
  mostRunningJobs: z
    .int({ error: 'must be a whole number' })
    .min(0, { error: 'must not be negative' })
    .max(1000, { error: 'must be at most 1000' })
    .meta({
      description:
        'How many jobs may run at once: for everyone all jobs of the sandbox, for a named caller its own.',
    }),
  hours: hours.meta({ description: 'When exports may be started.' }),
  duplicateJobs: z.enum(duplicateModes, { error: `must be one of ${duplicateModes.join(', ')}` }).meta({
    description: 'What to do where an equal export is running; DUPLICATE_JOBS unless given.',
  }),
};

const group = { error: 'must be an object with rules' };

const everyone = z.strictObject(rules, group).partial().meta({
  id: 'Rules',
  description:
    'The rules for whoever has none of its own. A rule that is left out says nothing, except schemas.',
});

const ownRules = z
  .strictObject(
    Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, rule.nullable()])) as {
      [Name in keyof typeof rules]: z.ZodNullable<(typeof rules)[Name]>;
    },
    group,
  )
  .partial()
  .meta({
    id: 'OwnRules',
    description:
      'Each counts instead of the same rule of everyone; null: no such rule counts for this caller.',
  });

/** The file of POLICIES_FILE. `docs/policies.schema.json` is made of it. */
export const policiesSchema = z
  .strictObject(
    {
      $schema: z.string({ error: 'must be a text' }).optional().meta({ description: 'For editors.' }),
      everyone: everyone.optional(),
      callers: z
        .record(z.string(), ownRules, { error: 'must be an object with the names of callers' })
        .optional()
        .meta({
          description:
            'Rules by the name in CALLERS_FILE, `jwt:` and the subject of a token, or `jwt-client:` and the client of one without a subject.',
        }),
    },
    { error: 'must hold one object with everyone, callers or both' },
  )
  .meta({ title: 'Export policies', description: 'Which exports may be started. See docs/policies.md.' });

function listOf<Item extends z.ZodType>(item: Item, most: number) {
  return z.array(item, { error: 'must be a list' }).max(most, { error: `must name at most ${most}` });
}

function required(otherwise: string) {
  return ({ input }: { input?: unknown }) => (input === undefined ? 'is required' : otherwise);
}

/** The same for editors, as it is published. */
export function policiesJsonSchema() {
  return z.toJSONSchema(policiesSchema, { io: 'input' });
}
