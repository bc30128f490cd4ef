const MAX_PAYLOAD_BYTES = 256 * 1_024;
const MAX_HEADERS_BYTES = 64 * 1_024;
/** For names and ids, which are indexed: a Postgres index entry holds at most 2.7 KB. */
const MAX_TEXT_BYTES = 1_024;

/** Headers that are added to a dead letter when its payload had to be changed to fit. */
export const PAYLOAD_ENCODING = 'dead-letter-payload-encoding';
export const PAYLOAD_BYTES = 'dead-letter-payload-bytes';

/**
 * Returns a payload as text that survives JSON: as UTF-8 where the bytes are valid, otherwise as base64. Cuts it at 256 KiB;
 * the full payload is still at the dead letter's topic, partition and offset.
 */
export function boundPayload(value: Buffer | null): { text: string | null; notes: Record<string, string> } {
  if (value === null) return { text: null, notes: {} };
  const cut = value.subarray(0, MAX_PAYLOAD_BYTES);
  const wasCut: Record<string, string> =
    cut.length < value.length ? { [PAYLOAD_BYTES]: String(value.length) } : {};
  // A character that the cut has split must not make the payload count as binary: `stream` drops the incomplete bytes.
  const text = decode(cut, cut.length < value.length);
  return text === undefined
    ? { text: cut.toString('base64'), notes: { ...wasCut, [PAYLOAD_ENCODING]: 'base64' } }
    : { text, notes: wasCut };
}

/** Cuts a text at 1 KiB of UTF-8, between two characters. A lone surrogate becomes U+FFFD. */
export function boundText(text: string): string {
  const bytes = Buffer.from(text).subarray(0, MAX_TEXT_BYTES);
  // `stream` drops the incomplete bytes of a character that the cut has split.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: true });
}

/** Returns as many headers as fit into 64 KiB, each cut at 1 KiB. The headers that identify the event come first. */
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

/** Decodes strict UTF-8. Rejects text of mostly control characters, because JSON spends six bytes on each. */
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
