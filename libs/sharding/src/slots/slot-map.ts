import { InvalidSlotMapError } from './invalid-slot-map.error.ts';
import { parseSlotRanges } from './slot-ranges.ts';
import { isSlot, type Slot, SLOT_COUNT } from './slot.ts';

export interface SlotAssignment {
  readonly slot: number;
  readonly shard: string;
  /** The epoch of the map since which the shard owns the slot. */
  readonly epoch: number;
  /** Unix time in milliseconds. An earlier owner may have made ids of the slot up to this time. */
  readonly idsAfterMs: number;
}

export interface SlotMapChange {
  readonly epoch: number;
  readonly assignments: Iterable<SlotAssignment>;
  /** For each shard the epoch at which its set of slots last changed. A shard that is not listed keeps its epoch. */
  readonly ownershipEpochs: ReadonlyMap<string, number>;
}

/** The epoch of the first map. Every map has a higher epoch than 0. */
export const FIRST_EPOCH = 1;

/**
 * Which shard owns each of the 4096 slots, and since which epoch. Total: every slot has exactly one shard. Immutable: a
 * change makes a new map with a higher epoch, and readers replace the old map with it.
 */
export class SlotMap {
  private constructor(
    readonly epoch: number,
    private readonly bySlot: readonly SlotAssignment[],
    private readonly ownershipEpochs: ReadonlyMap<string, number>,
  ) {}

  /**
   * Parses the first map of a platform from ranges such as `0-2047=shard-1,2048-4095=shard-2`.
   *
   * @throws {InvalidSlotMapError} for a gap, an overlap, an unknown shard or unreadable text; the message names the place
   */
  static parse(text: string, shards?: Iterable<string>): SlotMap {
    const assignments = parseSlotRanges(text, shards).flatMap(({ first, last, shard }) =>
      Array.from({ length: last - first + 1 }, (_, index) => ({
        slot: first + index,
        shard,
        epoch: FIRST_EPOCH,
        idsAfterMs: 0,
      })),
    );
    const ownershipEpochs = new Map(assignments.map(({ shard }) => [shard, FIRST_EPOCH]));
    return SlotMap.of({ epoch: FIRST_EPOCH, assignments, ownershipEpochs });
  }

  /** @throws {InvalidSlotMapError} unless every slot is assigned exactly once, and nothing else is */
  static of({ epoch, assignments, ownershipEpochs }: SlotMapChange): SlotMap {
    const bySlot = new Array<SlotAssignment>(SLOT_COUNT);
    for (const assignment of assignments) {
      const earlier = bySlot[existing(assignment.slot)];
      if (earlier !== undefined) {
        throw new InvalidSlotMapError(
          `${earlier.shard} and ${assignment.shard} both hold slot ${assignment.slot}`,
        );
      }
      bySlot[assignment.slot] = assignment;
    }
    const gap = bySlot.findIndex((assignment) => assignment === undefined);
    if (gap >= 0) throw new InvalidSlotMapError(`slot ${gap} has no shard`);
    return new SlotMap(epoch, bySlot, ownershipEpochs);
  }

  /**
   * Returns the map after a change. Slots that the change does not list keep their assignment.
   *
   * @throws {InvalidSlotMapError} for a slot that does not exist
   */
  with({ epoch, assignments, ownershipEpochs }: SlotMapChange): SlotMap {
    const bySlot = [...this.bySlot];
    for (const assignment of assignments) bySlot[existing(assignment.slot)] = assignment;
    return new SlotMap(epoch, bySlot, new Map([...this.ownershipEpochs, ...ownershipEpochs]));
  }

  /** The shards that own at least one slot, ordered by their first slot. */
  get shards(): readonly string[] {
    return [...new Set(this.bySlot.map(({ shard }) => shard))];
  }

  get assignments(): readonly SlotAssignment[] {
    return this.bySlot;
  }

  assignmentOf(slot: Slot): SlotAssignment {
    return this.bySlot[slot] as SlotAssignment;
  }

  shardOf(slot: Slot): string {
    return this.assignmentOf(slot).shard;
  }

  slotsOf(shard: string): readonly Slot[] {
    return this.bySlot.filter((assignment) => assignment.shard === shard).map(({ slot }) => slot as Slot);
  }

  /** The epoch at which the shard's set of slots last changed; 0 if it never owned a slot. */
  ownershipEpochOf(shard: string): number {
    return this.ownershipEpochs.get(shard) ?? 0;
  }
}

function existing(slot: number): Slot {
  if (isSlot(slot)) return slot;
  throw new InvalidSlotMapError(`slot ${slot} does not exist: expected 0 to ${SLOT_COUNT - 1}`);
}
