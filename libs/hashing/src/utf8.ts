const encoder = new TextEncoder();

/** One buffer for all callers: hashing is synchronous, so nobody sees another's bytes. It grows to the longest key. */
const scratch = { bytes: new Uint8Array(256), length: 0 };

/**
 * The UTF-8 bytes of `text` in a shared buffer that holds until the next call: no allocation for a key of ASCII. A lone
 * surrogate becomes U+FFFD, as everywhere on the web.
 */
export function utf8(text: string): Readonly<typeof scratch> {
  // UTF-8 needs at most three bytes for a UTF-16 code unit.
  if (text.length * 3 > scratch.bytes.length) scratch.bytes = new Uint8Array(text.length * 3);
  const { bytes } = scratch;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7f) {
      scratch.length = encoder.encodeInto(text, bytes).written;
      return scratch;
    }
    bytes[at] = unit;
  }
  scratch.length = text.length;
  return scratch;
}
