import { z } from 'zod';
import { keyPrefix } from '../callers/api-key.ts';
import { permissions } from '../callers/caller.ts';
import type { ListedCaller } from '../callers/caller-list.ts';
import { faultsAmongCallers } from './faults-among-callers.ts';
import type { FileFaults } from './json-file.ts';
import { toJsonPath } from './json-path.ts';
import { readExpiry } from './read-expiry.ts';
import type { SettingFault } from './settings-error.ts';
import { sandbox } from './upstream-settings.ts';
import { wholeNumber } from './values.ts';

/** Two are enough to replace one; more of them are more that can leak. */
const mostCredentials = 4;

/** The SHA-256 of nothing: whoever hashed a variable that was not set would let in an empty key. */
const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const hashForm = 'must be sha256: and 64 hexadecimal digits, without colons between them';
const noHash =
  'is no hash: write sha256: and the SHA-256 in hexadecimal digits, as npm run new-key prints it. If it is a key itself, make a new one, because this one has stood in a file';

/** A sentence never repeats the text: it may be the key itself. */
const hash = z
  .string({ error: hashForm })
  .regex(/^sha256:/i, { error: noHash, abort: true })
  .transform((text) => text.slice('sha256:'.length).toLowerCase())
  .pipe(
    z
      .string()
      .regex(/^[\da-f]{64}$/, { error: hashForm })
      .refine((hex) => hex !== emptyHash, {
        error: 'is the hash of an empty text: make a key with npm run new-key',
      }),
  );

const hashes = z
  .array(hash, { error: 'must be a list of hashes' })
  // Not `max`, which also counts the letters of a text that is no list.
  .refine(({ length }) => length <= mostCredentials, { error: `must be at most ${mostCredentials}` });

/** Short enough that no key passes for a name, because names are logged. */
const name = z
  .string({ error: required('must be a text') })
  .regex(/^[\w.-]{1,40}$/, { error: 'must be 1 to 40 letters, digits, dots, _ or -' })
  .refine((text) => !text.startsWith(keyPrefix), { error: 'must not begin as a key does' });

const permission = z.enum(permissions, { error: `must be of ${permissions.join(', ')}` });

const expires = z.string({ error: 'must be a text' }).transform((text, context) => {
  const endMs = readExpiry(text);
  if (endMs !== undefined) return endMs;
  context.addIssue('must be a day such as 2027-01-01, or a time of RFC 3339 such as 2027-01-01T12:00:00Z');
  return z.NEVER;
});

const perMinute = wholeNumber(1, 1_000_000).optional();
const limits = z.strictObject(
  { readsPerMinute: perMinute, writesPerMinute: perMinute },
  { error: 'must be an object with readsPerMinute or writesPerMinute' },
);

const entry = z.strictObject(
  {
    name,
    keys: hashes.default([]),
    certificates: hashes.default([]),
    permissions: several(permission, 'must be a list of permissions'),
    sandboxes: several(sandbox, 'must be a list of sandboxes').optional(),
    expires: expires.optional(),
    limits: limits.optional(),
  },
  { error: 'must be an object with name, keys and permissions' },
);

/** A list of nobody is one too: it takes every key out of use. */
const file = z.strictObject(
  { callers: z.array(entry, { error: required('must be a list') }) },
  { error: 'must hold one object with callers' },
);

export interface ListedCallersRead {
  readonly callers: readonly ListedCaller[];
}

export type CallersRead = ListedCallersRead | FileFaults;

/**
 * The callers of a file, or all that is wrong with it, each with its path (`callers[0].keys[1]`). No fault holds a key
 * or a hash.
 *
 * @param sandboxes those configured, the default one first; any are accepted where none are given
 */
export function parseListedCallers(raw: unknown, sandboxes: readonly string[] | undefined): CallersRead {
  const read = file.safeParse(raw);
  const faults = [...(read.error?.issues ?? []).flatMap(toFaults), ...faultsAmongCallers(raw, sandboxes)];
  if (!read.success || faults.length > 0) return { faults };
  // Without a sandbox of its own a caller works in the default one only.
  const defaults = sandboxes?.slice(0, 1) ?? [];
  return {
    callers: read.data.callers.map(({ expires, limits, sandboxes: own, ...rest }) => ({
      ...rest,
      sandboxes: own ?? defaults,
      expiresAtMs: expires,
      readsPerMinute: limits?.readsPerMinute,
      writesPerMinute: limits?.writesPerMinute,
    })),
  };
}

function several<Item extends z.ZodType>(item: Item, sentence: string) {
  return z
    .array(item, { error: required(sentence) })
    .refine(({ length }) => length > 0, { error: 'must name at least one' })
    .refine((items) => new Set(items).size === items.length, { error: 'must not name one twice' });
}

function required(otherwise: string) {
  return ({ input }: { input?: unknown }) => (input === undefined ? 'is required' : otherwise);
}

function toFaults(issue: z.core.$ZodIssue): SettingFault[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: toJsonPath(issue.path), detail: issue.message }];
  return issue.keys.map((key) => ({ path: toJsonPath([...issue.path, key]), detail: 'is not known here' }));
}
