import { type SlotMap } from '../slots/slot-map.ts';
import { SLOT_COUNT } from '../slots/slot.ts';
import { ReshardingError } from './resharding.error.ts';

/** Slots that go from one shard to another. */
export interface PlannedMove {
  readonly from: string;
  readonly to: string;
  /** In ascending order. */
  readonly slots: readonly number[];
}

/** A plan changes nothing by itself. It is valid only for the map of this epoch. */
export interface MovePlan {
  readonly epoch: number;
  readonly moves: readonly PlannedMove[];
}

/**
 * Plans the fewest moves after which the given shards share the slots evenly (they differ by at most one) and other shards
 * own none. A shard with too many slots gives its last ones, so that it keeps one range. The shards with the most slots get
 * the larger shares.
 *
 * @throws {ReshardingError} `nothing-to-plan` if no shard is given
 */
export function planMoves(map: SlotMap, shards: readonly string[]): MovePlan {
  if (shards.length === 0) throw new ReshardingError('nothing-to-plan', 'name at least one shard');
  const target = evenShares(map, shards);
  const surplus = map.shards.flatMap((from) =>
    map
      .slotsOf(from)
      .slice(target.get(from) ?? 0)
      .map((slot) => ({ from, slot })),
  );
  const moves: { from: string; to: string; slots: number[] }[] = [];
  for (const to of shards) {
    const wanted = (target.get(to) as number) - map.slotsOf(to).length;
    // A shard that gives slots wants a negative number, and takes none.
    for (const { from, slot } of surplus.splice(0, wanted)) {
      const move = moves.find((known) => known.from === from && known.to === to);
      if (move === undefined) moves.push({ from, to, slots: [slot] });
      else move.slots.push(slot);
    }
  }
  return { epoch: map.epoch, moves };
}

function evenShares(map: SlotMap, shards: readonly string[]): ReadonlyMap<string, number> {
  const least = Math.floor(SLOT_COUNT / shards.length);
  let larger = SLOT_COUNT % shards.length;
  const bySize = [...shards].sort((one, other) => map.slotsOf(other).length - map.slotsOf(one).length);
  return new Map(bySize.map((shard) => [shard, larger-- > 0 ? least + 1 : least]));
}
