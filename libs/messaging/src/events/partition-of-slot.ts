/** Every key belongs to one of 4096 fixed slots (docs: sharding). */
const SLOTS = 4096;

/**
 * Returns the partition that carries a slot's events. Neighbouring slots share a partition, and a shard owns a range of
 * slots. So a shard that is down holds up only the partitions of its range. The partitions at its borders may also carry
 * slots of the next shard.
 */
export function partitionOfSlot(slot: number, partitions: number): number {
  if (!Number.isInteger(slot) || slot < 0 || slot >= SLOTS) {
    throw new RangeError(`expected a slot from 0 to ${SLOTS - 1}, got ${slot}`);
  }
  return Math.floor((slot * partitions) / SLOTS);
}
