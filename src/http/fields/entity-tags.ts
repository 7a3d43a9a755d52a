import { splitOutsideQuotes } from './list-syntax.ts';

/** One of a caller's tags (RFC 9110, 8.8.3). */
interface EntityTag {
  readonly isWeak: boolean;
  /** What stands between the quotes. */
  readonly opaque: string;
}

/** What `If-Match` or `If-None-Match` names: some tags, or whatever there is. */
export type EntityTags = '*' | readonly EntityTag[];

/** An old Apache puts its suffix behind the quotes, hence the last part. */
const member = /^[ \t]*(?:(\*)|(W\/)?"([^"]*)"([^\s"]*))[ \t]*$/i;

/** What is no tag is left out: it can match nothing. */
export function readEntityTags(field: string): EntityTags {
  const tags: EntityTag[] = [];
  for (const part of splitOutsideQuotes(field, ',', { escapes: false })) {
    const [, star, weak, opaque, suffix] = member.exec(part) ?? [];
    if (star !== undefined) return '*';
    if (opaque !== undefined) tags.push({ isWeak: weak !== undefined, opaque: `${opaque}${suffix}` });
  }
  return tags;
}

/**
 * Whether a caller's tag is `tag`, also with what a gateway has appended. A gateway that compresses has to send
 * another tag than ours (RFC 9110, 8.8.3.3), and many return it to us as it is: `-gzip` (Apache), `--gzip` (Jetty),
 * `;gz` (LiteSpeed), `-df` (Traffic Server). All tags of ours have the same length and are digests, so no tag
 * begins with another one, and only who has been given a tag can continue it.
 */
export function isTag(opaque: string, tag: string): boolean {
  if (!opaque.startsWith(tag)) return false;
  return opaque.length === tag.length || /^[^A-Za-z0-9]$/.test(opaque.charAt(tag.length));
}

/** Strength does not count, as `If-None-Match` asks (RFC 9110, 13.1.2). */
export function includesWeakly(tags: EntityTags, tag: string): boolean {
  return tags === '*' || tags.some(({ opaque }) => isTag(opaque, tag));
}

/** A weak tag matches nothing, as `If-Match` asks (RFC 9110, 13.1.1). */
export function includesStrongly(tags: EntityTags, tag: string): boolean {
  return tags === '*' || tags.some(({ isWeak, opaque }) => !isWeak && isTag(opaque, tag));
}
