import { draw, type Lots } from '../rendezvous/rank-nodes.ts';

export const NO_OWNER = 0xffff;

/** Maps slots to nodes: `owners[slot]` is the position of a node in canonical order, or NO_OWNER. */
export interface Assignment {
  readonly owners: Uint16Array;
  readonly weights: readonly number[];
  readonly lots: Lots;
}

/**
 * Gives each slot without an owner to the node with the fewest slots relative to its weight. On a tie, the node with the
 * highest draw for the slot gets it. Slots with an owner stay.
 */
export function adoptOrphans({ owners, weights, lots }: Assignment): void {
  if (weights.length === 0) return;
  const counts = countsOf(owners, weights.length);
  for (let slot = 0; slot < owners.length; slot++) {
    if (owners[slot] !== NO_OWNER) continue;
    let best = 0;
    for (let node = 1; node < weights.length; node++) {
      // (count + 1) / weight, compared without dividing
      const difference = fill(counts, weights, best, node) - fill(counts, weights, node, best);
      if (difference > 0 || (difference === 0 && draw(slot, lots, node) > draw(slot, lots, best)))
        best = node;
    }
    owners[slot] = best;
    counts[best]! += 1;
  }
}

function fill(counts: readonly number[], weights: readonly number[], node: number, other: number): number {
  return (counts[node]! + 1) * weights[other]!;
}

/**
 * Moves slots to `joining`, always from the node with the most slots relative to its weight. It stops when one more slot
 * would make `joining` at least as full as that node: these are the fewest moves that make the shares even. From each node
 * it takes the slots for which `joining` has the highest draws.
 */
export function moveShareTo(joining: number, { owners, weights, lots }: Assignment): void {
  const counts = countsOf(owners, weights.length);
  const slotsOf: number[][] = weights.map(() => []);
  const draws = Float64Array.from(owners, (_, slot) => draw(slot, lots, joining));
  // One node never draws the same for two slots: `mix` is a bijection.
  const byDraw = Array.from(owners, (_, slot) => slot).sort((a, b) => draws[a]! - draws[b]!);
  for (const slot of byDraw) slotsOf[owners[slot]!]!.push(slot);
  for (;;) {
    const donor = fullest(counts, weights);
    if (counts[donor]! * weights[joining]! <= (counts[joining]! + 1) * weights[donor]!) return;
    owners[slotsOf[donor]!.pop()!] = joining;
    counts[donor]! -= 1;
    counts[joining]! += 1;
  }
}

function fullest(counts: readonly number[], weights: readonly number[]): number {
  let most = 0;
  for (let node = 1; node < counts.length; node++) {
    if (counts[node]! * weights[most]! > counts[most]! * weights[node]!) most = node;
  }
  return most;
}

function countsOf(owners: Uint16Array, nodes: number): number[] {
  const counts = new Array<number>(nodes).fill(0);
  for (const owner of owners) if (owner !== NO_OWNER) counts[owner]! += 1;
  return counts;
}
