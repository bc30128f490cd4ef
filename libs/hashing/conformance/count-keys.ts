import { type NodeMap } from '../src/nodes/node-map.ts';

/** Counts how many of `count` numbered keys each node gets. */
export function countKeys(
  map: NodeMap,
  count: number,
  keyOf = (n: number) => `user:${n}`,
): Map<string, number> {
  const counts = new Map(map.nodes.map(({ name }) => [name, 0]));
  for (let n = 0; n < count; n++) {
    const node = map.getNode(keyOf(n));
    counts.set(node, (counts.get(node) as number) + 1);
  }
  return counts;
}

/** Returns the ratio of the fullest node's keys to the even share. */
export function peakToMean(counts: ReadonlyMap<string, number>): number {
  const all = [...counts.values()];
  return (Math.max(...all) * all.length) / all.reduce((sum, count) => sum + count, 0);
}

export function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, n) => `${prefix}-${n + 1}`);
}
