import { type Node, type NodeLike } from './node-set.ts';

/**
 * Maps each key to a node. Immutable: `with` and `without` build a new map and leave this one unchanged for its readers, so
 * a reader sees a change completely or not at all. Results depend only on the key, on the nodes with their weights and on
 * the options of the map, never on time, chance or the process. (A `SlotTable` also depends on its earlier changes.) The
 * conformance suite states the other guarantees that all maps share.
 */
export interface NodeMap {
  /** In canonical order: the same in all processes, independent of the order in which they were added. */
  readonly nodes: readonly Node[];
  /** 8 hexadecimal digits. Two processes with equal checksums map every key to the same node. */
  readonly checksum: string;
  /** @throws {HashingError} empty-map */
  getNode(key: string): string;
  /**
   * Returns the first `n` nodes for the key, all different, the best first: exactly min(n, nodes) of them, and an empty list
   * for an empty map.
   *
   * @throws {HashingError} bad-count, unless `n` is a whole number of at least 0
   */
  getNodes(key: string, n: number): string[];
  /** @throws {HashingError} duplicate-node, bad-node, bad-weight, too-many-nodes */
  with(node: NodeLike): NodeMap;
  /** @throws {HashingError} unknown-node */
  without(name: string): NodeMap;
}
