import { type StartingPoint } from './starting-point.ts';

/**
 * Why a partition does not hold what its group has reached:
 * - `truncated`: it ends before that. It was restored, truncated or made again, and its offsets are used again.
 * - `expired`: it begins after that. The topic dropped events before they were handled.
 * - `forgotten`: Kafka has no offset of the group any more.
 */
export type LossReason = 'truncated' | 'expired' | 'forgotten';

export interface Loss {
  readonly reason: LossReason;
  /** The offsets that are missing, both included; none where only the group's offset is. */
  readonly offsets?: { readonly from: bigint; readonly to: bigint };
}

/**
 * Where a partition is read on, and what is missing there.
 *
 * It goes on at Kafka's offset, also where the database has handled more: the inbox knows those events, and in a partition that was
 * restored and has grown since, other events lie at their offsets. What the database has handled only tells what is missing.
 * After a truncation every event that lies behind Kafka's offset may be new.
 *
 * @param handled up to where the database of the effects says that the partition was handled
 */
export function resumePointOf(
  point: StartingPoint,
  handled: bigint | undefined,
): { readonly point: StartingPoint; readonly loss?: Loss } {
  const { committed, ends } = point;
  if (ends === undefined) return { point };
  const reached = committed === undefined || (handled ?? -1n) > committed ? handled : committed;
  if (reached === undefined) return { point };
  const fromOldest = { ...point, from: ends.low };
  if (reached > ends.high) {
    const isKept = committed !== undefined && committed >= ends.low && committed <= ends.high;
    const offsets = { from: ends.high, to: reached - 1n };
    return { point: isKept ? point : fromOldest, loss: { reason: 'truncated', offsets } };
  }
  if (committed === undefined) return { point: fromOldest, loss: { reason: 'forgotten' } };
  if (reached < ends.low)
    return { point: fromOldest, loss: { reason: 'expired', offsets: { from: reached, to: ends.low - 1n } } };
  return { point };
}
