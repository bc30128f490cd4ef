/** Every key belongs to one of 4096 fixed slots (docs: sharding). */
const SLOTS = 4096;

/**
 * The partition that carries a slot's events. Neighbouring slots share one: a shard owns a range of slots, so while it is
 * down its consumers hold up its own partitions only.
 */
export function partitionOfSlot(slot: number, partitions: number): number {
  if (!Number.isInteger(slot) || slot < 0 || slot >= SLOTS) {
    throw new RangeError(`expected a slot from 0 to ${SLOTS - 1}, not ${slot}`);
  }
  return Math.floor((slot * partitions) / SLOTS);
}
