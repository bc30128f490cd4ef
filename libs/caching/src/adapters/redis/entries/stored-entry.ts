/** An entry as Redis stores it, with the tokens that it depends on. */
export interface StoredEntry {
  /** The bytes of a codec. */
  readonly value: Buffer;
  readonly tags: readonly string[];
  /** The name of the key of a token, the token that was current when the entry was stored, the next name, … */
  readonly tokens: readonly string[];
  /** The end of its life by the clock of Redis, in milliseconds since 1970. */
  readonly expiresAtMs: number;
  /** The part of its life, at its end, in which it is stale. */
  readonly staleMs: number;
  readonly loadMs: number;
}

/** Most headers are shorter. One decoded text is faster than a search in the bytes and a text for each line. */
const USUAL_HEADER = 384;

/** Reads the format that `entry.scripts.ts` writes. Returns undefined for anything else. */
export function storedEntryOf(bytes: Buffer): StoredEntry | undefined {
  return parsed(bytes, bytes.toString('latin1', 0, USUAL_HEADER)) ?? parsed(bytes, bytes.toString('latin1'));
}

/** @param text has a character for each byte */
function parsed(bytes: Buffer, text: string): StoredEntry | undefined {
  const first = text.indexOf('\n');
  const second = text.indexOf('\n', first + 1);
  const third = text.indexOf('\n', second + 1);
  if (first < 0 || second <= first || third <= second) return undefined;
  const afterExpiry = text.indexOf(' ');
  const afterStale = text.indexOf(' ', afterExpiry + 1);
  try {
    const tokens = jsonIn(bytes, text, first + 1, second);
    const tags = jsonIn(bytes, text, second + 1, third);
    if (!Array.isArray(tokens) || !Array.isArray(tags)) return undefined;
    return {
      value: bytes.subarray(third + 1),
      tokens: tokens as string[],
      tags: tags as string[],
      expiresAtMs: Number(text.slice(0, afterExpiry)),
      staleMs: Number(text.slice(afterExpiry + 1, afterStale)),
      loadMs: Number(text.slice(afterStale + 1, text.indexOf(' ', afterStale + 1))),
    };
  } catch {
    return undefined;
  }
}

const NOT_ASCII = /[\x80-\xff]/;

function jsonIn(bytes: Buffer, text: string, from: number, to: number): unknown {
  const line = text.slice(from, to);
  return JSON.parse(NOT_ASCII.test(line) ? bytes.toString('utf8', from, to) : line);
}
