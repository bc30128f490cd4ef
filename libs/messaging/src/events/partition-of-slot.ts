/** Every key belongs to one of 4096 fixed slots (docs: sharding). */
const SLOTS = 4096;

/**
 * The partition that carries a slot's events. Neighbouring slots share one, and a shard owns a range of slots. So a shard that is
 * down holds up the partitions of its range only; those at its borders may carry slots of the next shard too.
 */
export function partitionOfSlot(slot: number, partitions: number): number {
  if (!Number.isInteger(slot) || slot < 0 || slot >= SLOTS) {
    throw new RangeError(`expected a slot from 0 to ${SLOTS - 1}, not ${slot}`);
  }
  return Math.floor((slot * partitions) / SLOTS);
}
