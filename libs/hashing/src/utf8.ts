const encoder = new TextEncoder();

/** One buffer for all callers: hashing is synchronous, so calls cannot overlap. It grows to the longest key. */
const scratch = { bytes: new Uint8Array(256), length: 0 };

/**
 * Returns the UTF-8 bytes of `text` in a shared buffer that is valid until the next call. A lone surrogate becomes U+FFFD,
 * as `TextEncoder` specifies.
 */
export function utf8(text: string): Readonly<typeof scratch> {
  // UTF-8 needs at most three bytes for a UTF-16 code unit.
  if (text.length * 3 > scratch.bytes.length) scratch.bytes = new Uint8Array(text.length * 3);
  scratch.length = encoder.encodeInto(text, scratch.bytes).written;
  return scratch;
}
