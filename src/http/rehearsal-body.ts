import { z } from 'zod';
import type { Rehearsal } from '../jobs/creating/rehearse.ts';
import { exportRequestSchema } from '../platform/export-request.ts';

/** What a rehearsal is answered with. */
export const rehearsalSchema = z
  .strictObject({
    dryRun: z.literal(true),
    wouldBe: z.enum(['created', 'reused', 'refused']).meta({
      description:
        'What the same request without `dryRun` would do now: start the export (201), be answered with `equalJob` (200), or be refused because of it (409).',
    }),
    fingerprint: z.string().meta({
      description: 'Names what is exported: the same for every spelling of the same export.',
    }),
    equalJob: z.strictObject({ id: z.string(), status: z.string() }).optional().meta({
      description: 'A job that exports the same and is not done.',
    }),
    request: z
      .strictObject({
        method: z.string(),
        url: z.string(),
        headers: z.record(z.string(), z.string()),
        body: exportRequestSchema,
      })
      .meta({
        description:
          'What Adobe would be sent, apart from `host` and `content-length`. What belongs to this service alone is masked.',
      }),
  })
  .meta({ id: 'Rehearsal', description: 'Nothing was started.' });

export type RehearsalBody = z.output<typeof rehearsalSchema>;

export function toRehearsalBody({ wouldBe, fingerprint, equalJob, request }: Rehearsal): RehearsalBody {
  return {
    dryRun: true,
    wouldBe,
    fingerprint,
    ...(equalJob && { equalJob }),
    request: { ...request, headers: { ...request.headers }, body: JSON.parse(request.body) },
  };
}
