import { murmur3 } from '../murmur3.ts';
import { type Node } from '../nodes/node-set.ts';

export const NO_OWNER = 0xffff;

/**
 * Builds Maglev's table (Eisenbud et al., 2016, section 3.4). Each node has its own permutation of the entries. In turns,
 * each node takes the first free entry of its permutation. A node with half the greatest weight skips every second turn.
 * `size` must be a prime so that a permutation reaches every entry.
 */
export function fillTable(nodes: readonly Node[], size: number): Uint16Array {
  const table = new Uint16Array(size).fill(NO_OWNER);
  if (nodes.length === 0) return table;
  const greatest = Math.max(...nodes.map(({ weight }) => weight));
  const takers = nodes.map(({ name, weight }) => ({
    at: murmur3(name, 0x6d616731) % size,
    skip: (murmur3(name, 0x6d616732) % (size - 1)) + 1,
    share: weight / greatest,
    taken: 0,
  }));
  let free = size;
  for (let turn = 1; ; turn++) {
    for (const [owner, taker] of takers.entries()) {
      if (taker.taken + 1 > turn * taker.share) continue;
      while (table[taker.at] !== NO_OWNER) taker.at = (taker.at + taker.skip) % size;
      table[taker.at] = owner;
      taker.taken++;
      if (--free === 0) return table;
    }
  }
}
