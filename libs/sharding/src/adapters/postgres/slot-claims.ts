import { formatSlots } from '../../slots/format-slots.ts';
import { SLOT_COUNT } from '../../slots/slot.ts';

export interface Claim {
  readonly slot: number;
  readonly shard: string;
  readonly epoch: number;
}

export interface SlotBeliefs {
  /** The owner of each slot in the directory. */
  readonly directory: ReadonlyMap<number, Claim>;
  /** The slots that the shards say they own. */
  readonly claims: readonly Claim[];
  /**
   * The new owners of slots that are being switched. Until that is published, the old owner, no shard, or the new one has
   * them.
   */
  readonly switching: ReadonlyMap<number, Claim>;
  /** Shards that did not answer. */
  readonly silent: ReadonlySet<string>;
}

export interface Contradictions {
  /** Claims that are newer than the directory. */
  readonly newer: readonly Claim[];
  /** Descriptions of contradictions that cannot be resolved, each with its slots. */
  readonly unresolvable: readonly string[];
}

/** Compares the directory with its shards. The slots that a shard owns are the truth; the directory only points to them. */
export function compareClaims({ directory, claims, switching, silent }: SlotBeliefs): Contradictions {
  const bySlot = Map.groupBy(claims, ({ slot }) => slot);
  const newer: Claim[] = [];
  const unresolvable = new Map<string, number[]>();
  for (let slot = 0; slot < SLOT_COUNT; slot++) {
    const known = directory.get(slot) as Claim;
    const [claim, other] = bySlot.get(slot) ?? [];
    const note = (what: string) => unresolvable.set(what, [...(unresolvable.get(what) ?? []), slot]);
    if (claim === undefined) {
      if (!switching.has(slot) && !silent.has(known.shard))
        note(`are owned by no shard; the directory says ${known.shard}`);
    } else if (other !== undefined) {
      // One shard was read before the switch, the other one after it.
      if (!isSwitch(known, switching.get(slot), [claim, other]))
        note(`are claimed by ${claim.shard} and ${other.shard}`);
    } else if (!isSame(claim, known) && !isSame(claim, switching.get(slot))) {
      if (claim.epoch > known.epoch) newer.push(claim);
      else
        note(
          `belong to ${known.shard} in the directory, but have an older epoch on ${claim.shard}, like an old copy`,
        );
    }
  }
  return {
    newer,
    unresolvable: [...unresolvable].map(([what, slots]) => `slots ${formatSlots(slots)} ${what}`),
  };
}

function isSwitch(from: Claim, to: Claim | undefined, [one, other]: readonly [Claim, Claim]): boolean {
  return (isSame(one, from) && isSame(other, to)) || (isSame(one, to) && isSame(other, from));
}

function isSame(claim: Claim, other: Claim | undefined): boolean {
  return other !== undefined && claim.shard === other.shard && claim.epoch === other.epoch;
}
