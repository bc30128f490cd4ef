const SLOT_SHIFT = 10n;
const SLOT_MASK = 4_095n;
const SLOTS = 4_096;

/** The slot that an id carries: its bits 10 to 21 (libs/sharding, id-layout.ts). */
export function slotOfId(id: string): number {
  return Number((BigInt(id) >> SLOT_SHIFT) & SLOT_MASK);
}

/** The shard of a slot by SLOT_MAP, `0-2047=shard-1,2048-4095=shard-2`. */
export function shardOfSlot(slot: number, slotMap: string): string | undefined {
  return slotMap
    .split(',')
    .map((range) => /^(\d+)-(\d+)=(.+)$/.exec(range.trim()))
    .find((range) => range !== null && slot >= Number(range[1]) && slot <= Number(range[2]))?.[3];
}

/** The Kafka partition of a slot (libs/messaging, partitionOfSlot). */
export function partitionOfSlot(slot: number, partitions: number): number {
  return Math.floor((slot * partitions) / SLOTS);
}
