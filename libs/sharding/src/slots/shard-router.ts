import { slotOf } from '../ids/id-layout.ts';
import { type Slot } from './slot.ts';
import { type SlotMap } from './slot-map.ts';

/** Finds what stands for a shard (a data source, a client) by slot or by id: id → slot → shard. */
export class ShardRouter<Shard> {
  private readonly map: SlotMap;
  private readonly shards: ReadonlyMap<string, Shard>;

  /** @throws {RangeError} when the map names a shard that is not given */
  constructor(map: SlotMap, shards: ReadonlyMap<string, Shard>) {
    const missing = map.shards.filter((name) => !shards.has(name));
    if (missing.length > 0)
      throw new RangeError(`the slot map names shards not given: ${missing.join(', ')}`);
    this.map = map;
    this.shards = shards;
  }

  /** Every shard, those without a slot included. */
  get all(): readonly Shard[] {
    return [...this.shards.values()];
  }

  /** The shards that hold at least one slot: the only ones that serve anybody. */
  get serving(): readonly Shard[] {
    return this.map.shards.map((name) => this.shards.get(name) as Shard);
  }

  ofSlot(slot: Slot): Shard {
    return this.shards.get(this.map.shardOf(slot)) as Shard;
  }

  /** @param id a decimal string, as ids travel */
  ofId(id: string): Shard {
    return this.ofSlot(slotOf(id));
  }
}
