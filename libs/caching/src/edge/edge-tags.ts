import { createHash } from 'node:crypto';

/** Every response of `surrogateKeysOf` has this tag, so that `invalidate({ everything: true })` reaches it. */
export const EVERYTHING_TAG = 'everything';

/** Characters that stay as they are. Spaces and commas separate tags in header fields, `%` starts an encoded byte, and `~` a digest. */
const SAFE = /^[A-Za-z0-9\-._:/]*$/;
const UNSAFE = /[^A-Za-z0-9\-._:/]/gu;
/** Fastly refuses longer keys, and ignores them in responses. */
const LONGEST_TAG_BYTES = 1_024;
/** Varnish reads 8 KiB of a field by default, Fastly and Cloudflare 16 KiB. */
const LONGEST_FIELD_BYTES = 8_000;

/**
 * Returns a tag as it is written in header fields: letters, digits and `-._:/` stay, and each byte of all other characters is
 * percent-encoded in UTF-8. If that is longer than 1,024 bytes, the result is `~` and the SHA-256 of the tag in hexadecimal.
 *
 * Responses and purges both use it. A change of it makes purges miss the objects that the edge already has.
 */
export function edgeTagOf(tag: string): string {
  const encoded = SAFE.test(tag) ? tag : tag.replace(UNSAFE, percentEncoded);
  return encoded.length <= LONGEST_TAG_BYTES ? encoded : `~${createHash('sha256').update(tag).digest('hex')}`;
}

/**
 * Returns the value of `Surrogate-Key` (Fastly) and `xkey` (Varnish) for a response that depends on these tags and keys of the cache.
 *
 * A key of the cache and a tag of the same name are the same tag at the edge. So a purge may remove more than necessary, and never less.
 *
 * @throws {RangeError} for tags that take more than 8,000 bytes: an edge would ignore the rest, and no purge would find the response
 */
export function surrogateKeysOf(names: readonly string[]): string {
  return joined(names, ' ');
}

/** Returns the value of `Cache-Tag` (Cloudflare), as `surrogateKeysOf` does. @throws {RangeError} */
export function cacheTagsOf(names: readonly string[]): string {
  return joined(names, ',');
}

function joined(names: readonly string[], separator: string): string {
  const value = [...new Set([EVERYTHING_TAG, ...names].map(edgeTagOf))].join(separator);
  if (value.length > LONGEST_FIELD_BYTES)
    throw new RangeError(
      `tags: expected at most ${LONGEST_FIELD_BYTES} bytes in a header field, got ${value.length}`,
    );
  return value;
}

function percentEncoded(character: string): string {
  return [...Buffer.from(character)]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('');
}
