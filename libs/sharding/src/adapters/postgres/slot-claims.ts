import { formatSlots } from '../../slots/format-slots.ts';
import { SLOT_COUNT } from '../../slots/slot.ts';

export interface Claim {
  readonly slot: number;
  readonly shard: string;
  readonly epoch: number;
}

export interface SlotBeliefs {
  /** What the directory says of each slot. */
  readonly directory: ReadonlyMap<number, Claim>;
  /** What the shards say that they own. */
  readonly claims: readonly Claim[];
  /** Slots that are being switched, as whose they will be. Until that is published they are the owner's, nobody's, or theirs. */
  readonly switching: ReadonlyMap<number, Claim>;
  /** Shards that did not say. */
  readonly silent: ReadonlySet<string>;
}

export interface Contradictions {
  /** Claims that the directory does not know of: it is older than they are. */
  readonly newer: readonly Claim[];
  /** In words, each with its slots: what nothing can be made of. */
  readonly unresolvable: readonly string[];
}

/** Compares the directory with its shards. What a shard owns is the truth; the directory only says where to look. */
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
        note(`are nobody's; the directory says ${known.shard}`);
    } else if (other !== undefined) {
      // One shard was asked before the switch, the other one after it.
      if (!isSwitch(known, switching.get(slot), [claim, other]))
        note(`are claimed by ${claim.shard} and ${other.shard}`);
    } else if (!isSame(claim, known) && !isSame(claim, switching.get(slot))) {
      if (claim.epoch > known.epoch) newer.push(claim);
      else
        note(
          `are ${known.shard}'s in the directory, and of an older epoch at ${claim.shard}, as if that were an old copy`,
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
