import { type StartingPoint } from './starting-point.ts';

/**
 * Why the position of a group does not match the offsets of its partition:
 * - `truncated`: the partition ends before the position. It was restored, truncated or created again, and reuses its
 *   offsets.
 * - `expired`: the partition starts after the position. The topic dropped events before they were handled.
 * - `forgotten`: Kafka no longer has an offset of the group.
 */
export type LossReason = 'truncated' | 'expired' | 'forgotten';

export interface Loss {
  readonly reason: LossReason;
  readonly resumesAt: bigint;
  /** The missing offsets, both inclusive; undefined when only the group's offset is missing. */
  readonly offsets?: { readonly from: bigint; readonly to: bigint };
}

/**
 * Returns where reading of a partition resumes, and which offsets are missing.
 *
 * Reading resumes at Kafka's offset, even when the database has handled more: the inbox knows those events, and in a
 * partition that was restored and has grown since, other events have their offsets. The offset of the database only shows
 * what is missing. After a truncation every event after Kafka's offset may be new.
 *
 * @param handled the offset up to which the partition was handled, according to the database of the effects
 */
export function resumePointOf(
  point: StartingPoint,
  handled: bigint | undefined,
): { readonly point: StartingPoint; readonly loss?: Loss } {
  const { committed, ends } = point;
  if (ends === undefined) return { point };
  const reached = committed === undefined || (handled ?? -1n) > committed ? handled : committed;
  if (reached === undefined) return { point };
  const resumeAt = (from: bigint, loss: Omit<Loss, 'resumesAt'>) => ({
    point: { ...point, from },
    loss: { ...loss, resumesAt: from },
  });
  if (reached > ends.high) {
    const isKept = committed !== undefined && committed >= ends.low && committed <= ends.high;
    const offsets = { from: ends.high, to: reached - 1n };
    return resumeAt(isKept ? committed : ends.low, { reason: 'truncated', offsets });
  }
  if (committed === undefined) return resumeAt(ends.low, { reason: 'forgotten' });
  if (reached < ends.low)
    return resumeAt(ends.low, { reason: 'expired', offsets: { from: reached, to: ends.low - 1n } });
  return { point };
}
