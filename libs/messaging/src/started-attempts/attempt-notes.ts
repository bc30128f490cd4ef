/** The notes that the owner of a partition stores with its committed offset, for the next owner. */
export interface AttemptNotes {
  /** The member of the group that handles the partition; undefined once it has shut down cleanly. */
  readonly owner: string | undefined;
  /** The offsets of events that the owner has started and not finished. */
  readonly underWay: ReadonlySet<bigint>;
  /** How often a process has died during each event, by offset. */
  readonly deaths: ReadonlyMap<bigint, number>;
}

/** The broker's default of `offset.metadata.max.bytes`. The notes are ASCII. */
const MAX_LENGTH = 4_096;
/** More events than are ever in progress. Metadata with a larger range has another format. */
const MAX_RANGE = 100_000;
const RANGE = /^(\d{1,19})(?:\+(\d{1,6}))?:(\d{1,9})(!?)$/;

/**
 * Encodes notes as the metadata of an offset commit: `@shop-1 12+188:0! 500:2` means that the member `shop-1` has started
 * the events 12 to 200, and that processes have died twice during the event 500. If not all notes fit, the events with the
 * fewest deaths are left out.
 */
export function encodeNotes({ owner, underWay, deaths }: AttemptNotes): string {
  const parts = owner === undefined ? [] : [`@${encodeURIComponent(owner)}`];
  let room = MAX_LENGTH - (parts[0]?.length ?? 0);
  for (const range of rangesOf(underWay, deaths).sort((a, b) => b.deaths - a.deaths)) {
    const text = textOf(range);
    room -= text.length + 1;
    if (room < 0) break;
    parts.push(text);
  }
  return parts.join(' ');
}

/** Decodes the metadata of an offset commit. Ignores text in any other format. */
export function decodeNotes(metadata: string | undefined): AttemptNotes {
  const parts = metadata?.split(' ') ?? [];
  const [first] = parts;
  const owner = first?.startsWith('@') ? ownerOf(first.slice(1)) : undefined;
  const underWay = new Set<bigint>();
  const deaths = new Map<bigint, number>();
  for (const part of parts) {
    const [, from, more = '0', count, mark] = RANGE.exec(part) ?? [];
    if (from === undefined || Number(more) > MAX_RANGE) continue;
    for (let offset = BigInt(from); offset <= BigInt(from) + BigInt(more); offset += 1n) {
      if (mark === '!') underWay.add(offset);
      if (Number(count) > 0) deaths.set(offset, Number(count));
    }
  }
  return { owner, underWay, deaths };
}

interface Range {
  readonly from: bigint;
  /** Number of offsets after the first. */
  more: bigint;
  readonly deaths: number;
  readonly isUnderWay: boolean;
}

function rangesOf(underWay: ReadonlySet<bigint>, deaths: ReadonlyMap<bigint, number>): Range[] {
  const ranges: Range[] = [];
  const offsets = [...new Set([...underWay, ...deaths.keys()])].sort((a, b) => (a < b ? -1 : 1));
  for (const offset of offsets) {
    const [count, isUnderWay] = [deaths.get(offset) ?? 0, underWay.has(offset)];
    const last = ranges.at(-1);
    const continues = last?.deaths === count && last.isUnderWay === isUnderWay;
    if (continues && last.from + last.more + 1n === offset) last.more += 1n;
    else ranges.push({ from: offset, more: 0n, deaths: count, isUnderWay });
  }
  return ranges;
}

function textOf({ from, more, deaths, isUnderWay }: Range): string {
  return `${from}${more > 0n ? `+${more}` : ''}:${deaths}${isUnderWay ? '!' : ''}`;
}

function ownerOf(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
