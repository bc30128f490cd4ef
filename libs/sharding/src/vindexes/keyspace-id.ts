import { type Slot } from '../slots/slot.ts';
import { type SlotSpan } from './vindex.ts';

/** Returns the slot of a Vitess keyspace id: its top 12 bits. Vitess's 16 shards `-10`, `10-20`, … hold 256 slots each. */
export function slotOfKeyspaceId(id: Uint8Array): Slot {
  return ((id[0]! << 4) | (id[1]! >> 4)) as Slot;
}

export function spanOfKeyspaceId(id: Uint8Array): SlotSpan {
  return spanOfSlot(slotOfKeyspaceId(id));
}

/** Returns the slots of all keyspace ids that start with these one or two bytes. */
export function spanOfPrefix(prefix: Uint8Array): SlotSpan {
  const [first, second] = prefix;
  return {
    first: slotOfKeyspaceId(Uint8Array.of(first!, second ?? 0)),
    last: slotOfKeyspaceId(Uint8Array.of(first!, second ?? 0xff)),
  };
}

export function spanOfSlot(slot: Slot): SlotSpan {
  return { first: slot, last: slot };
}

/** Encodes an unsigned 64-bit number as the 8 bytes of a keyspace id, most significant byte first. */
export function bigEndian(number: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(number);
  return bytes;
}
