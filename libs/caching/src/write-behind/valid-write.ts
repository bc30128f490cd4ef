import { InvalidWrite } from './errors.ts';

const LONGEST_KEY = 512;
/** What `JSON.stringify` writes for NUL and for half of a surrogate pair. Postgres stores neither. */
const NOT_STORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/;

/** @throws {InvalidWrite} for a key that is not Unicode text of 1 to 512 characters */
export function assertWriteKey(key: string): void {
  assertText('key', key);
}

/** @throws {InvalidWrite} for an idempotency key that is not Unicode text of 1 to 512 characters */
export function assertIdempotencyKey(key: string | undefined): void {
  if (key !== undefined) assertText('idempotencyKey', key);
}

/** @throws {InvalidWrite} for JSON text with characters that Postgres cannot store */
export function assertStorable(json: string): void {
  if (NOT_STORABLE.test(json))
    throw new InvalidWrite(
      'value: contains NUL (U+0000) or half of a surrogate pair, which cannot be stored',
    );
}

function assertText(what: string, text: string): void {
  if (typeof text !== 'string' || text === '' || text.length > LONGEST_KEY)
    throw new InvalidWrite(`${what}: expected text of 1 to ${LONGEST_KEY} characters`);
  if (text.includes('\0') || !text.isWellFormed())
    throw new InvalidWrite(`${what}: contains NUL or half of a surrogate pair`);
}
