import { createHash } from 'node:crypto';

/** Enough bytes of SHA-256 that two bodies never have the same tag by accident. */
const DIGEST_BYTES = 16;
/** An entity tag of a list (RFC 9110, 8.8.3). Its opaque part may contain commas. */
const ENTITY_TAG = /(?:W\/)?("[\x21\x23-\x7e\x80-\xff]*")/g;

/** Returns the strong entity tag of these bytes: equal for equal bytes, in every process. */
export function entityTagOf(body: string): string {
  const digest = createHash('sha256').update(body).digest().subarray(0, DIGEST_BYTES);
  return `"${digest.toString('base64url')}"`;
}

/** Returns the entity tag of a document that has a version. */
export const versionTagOf = (version: number) => `"${version}"`;

/**
 * Returns whether the client, or the edge, has the representation with this tag (If-None-Match, RFC 9110, 13.1.2). The comparison is weak: an
 * edge that compresses a response makes its tag weak.
 */
export function matchesIfNoneMatch(field: string | undefined, entityTag: string): boolean {
  if (field === undefined) return false;
  if (field.trim() === '*') return true;
  return [...field.matchAll(ENTITY_TAG)].some(([, opaque]) => opaque === entityTag);
}
