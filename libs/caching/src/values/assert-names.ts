const LONGEST_NAME = 1_024;
const MOST_TAGS = 100;
const MOST_INVALIDATED = 10_000;
const YEAR_MS = 365 * 86_400_000;

/** @throws {RangeError} for a key that is not text of 1 to 1,024 characters */
export function assertKey(key: string): void {
  assertName('key', key);
}

/** @throws {RangeError} for more than 100 tags, or one that is not text of 1 to 1,024 characters */
export function assertTags(tags: readonly string[]): void {
  if (tags.length > MOST_TAGS)
    throw new RangeError(`tags: expected at most ${MOST_TAGS}, got ${tags.length}`);
  for (const tag of tags) assertName('tag', tag);
}

/** @throws {RangeError} for more than 10,000 keys and tags, or an invalid one */
export function assertInvalidation(keys: readonly string[], tags: readonly string[], version?: number): void {
  assertVersion(version);
  const count = keys.length + tags.length;
  if (count > MOST_INVALIDATED)
    throw new RangeError(`target: expected at most ${MOST_INVALIDATED} keys and tags, got ${count}`);
  for (const key of keys) assertName('key', key);
  for (const tag of tags) assertName('tag', tag);
}

/** @throws {RangeError} for a time that is not above 0 and at most a year */
export function assertTtl(ttlMs: number): void {
  if (!(ttlMs > 0 && ttlMs <= YEAR_MS))
    throw new RangeError(`ttlMs: expected milliseconds above 0 and at most ${YEAR_MS}, got ${ttlMs}`);
}

/** @throws {RangeError} for a time that is negative or above a year */
export function assertStaleTime(name: string, ms: number): void {
  if (!(ms >= 0 && ms <= YEAR_MS))
    throw new RangeError(`${name}: expected milliseconds from 0 to ${YEAR_MS}, got ${ms}`);
}

/** @throws {RangeError} for a version that is not a whole number of at least 0 */
export function assertVersion(version: number | undefined): void {
  if (version !== undefined && !(Number.isSafeInteger(version) && version >= 0))
    throw new RangeError(`version: expected a whole number of at least 0, got ${version}`);
}

function assertName(what: string, name: string): void {
  if (typeof name !== 'string' || name === '' || name.length > LONGEST_NAME) {
    const got = typeof name === 'string' ? `${name.length} characters` : typeof name;
    throw new RangeError(`${what}: expected text of 1 to ${LONGEST_NAME} characters, got ${got}`);
  }
}
