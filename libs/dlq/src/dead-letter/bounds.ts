const MAX_PAYLOAD_BYTES = 256 * 1_024;
const MAX_HEADERS_BYTES = 64 * 1_024;
/** Of the names of things: a Postgres index entry holds 2.7 KB. */
const MAX_TEXT_BYTES = 1_024;

/** Notes that are added to the headers of a letter about a message that had to be changed to fit. */
export const PAYLOAD_ENCODING = 'dead-letter-payload-encoding';
export const PAYLOAD_BYTES = 'dead-letter-payload-bytes';

/**
 * A payload as text that survives JSON: UTF-8 where it is, base64 where not, cut at 256 KiB. The whole of a cut one is
 * still found at the letter's topic, partition and offset.
 */
export function boundPayload(value: Buffer | null): { text: string | null; notes: Record<string, string> } {
  if (value === null) return { text: null, notes: {} };
  const cut = value.subarray(0, MAX_PAYLOAD_BYTES);
  const wasCut: Record<string, string> =
    cut.length < value.length ? { [PAYLOAD_BYTES]: String(value.length) } : {};
  // A cut in the middle of a character is not what makes a payload binary: `stream` leaves the rest of it out.
  const text = decode(cut, cut.length < value.length);
  return text === undefined
    ? { text: cut.toString('base64'), notes: { ...wasCut, [PAYLOAD_ENCODING]: 'base64' } }
    : { text, notes: wasCut };
}

/** A text cut at 1 KiB of UTF-8, between two characters; what is half a character becomes U+FFFD. */
export function boundText(text: string): string {
  const bytes = Buffer.from(text).subarray(0, MAX_TEXT_BYTES);
  // `stream` leaves out the beginning of a character that the cut has split.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: true });
}

/** As many headers as fit into 64 KiB, each cut at 1 KiB; those that name the event come first. */
export function boundHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const matters = (name: string) => (name.startsWith('ce_') || name.startsWith('dead-letter-') ? 0 : 1);
  let room = MAX_HEADERS_BYTES;
  return Object.fromEntries(
    Object.entries(headers)
      .sort(([a], [b]) => matters(a) - matters(b))
      .map(([name, value]) => [boundText(name), boundText(value)] as const)
      .filter((header) => (room -= jsonBytes(header)) >= 0),
  );
}

/** Strict UTF-8, and not mostly control characters: JSON spends six bytes on each of those. */
function decode(bytes: Buffer, stream: boolean): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream });
    return jsonBytes(text) <= 2 * MAX_PAYLOAD_BYTES ? text : undefined;
  } catch {
    return undefined;
  }
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
