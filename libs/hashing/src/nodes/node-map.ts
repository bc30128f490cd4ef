import { type Node, type NodeLike } from './node-set.ts';

/**
 * Which node a key belongs to. Immutable: `with` and `without` build a new map and leave this one to whoever is reading it,
 * so a reader sees all of a change or nothing of it. Answers depend on the key, the nodes with their weights and the map's
 * own options, never on time, chance or the process; the conformance suite says what else all maps have in common.
 */
export interface NodeMap {
  /** In one order for all processes, whatever order they were given in. */
  readonly nodes: readonly Node[];
  /** 8 hexadecimal digits. Two processes whose checksums agree give every key to the same node. */
  readonly checksum: string;
  /** @throws {HashingError} empty-map */
  getNode(key: string): string;
  /**
   * The first `n` nodes for the key, all different, the best first: exactly min(n, nodes) of them, none of an empty map.
   *
   * @throws {HashingError} bad-count, unless `n` is a whole number from 0 on
   */
  getNodes(key: string, n: number): string[];
  /** @throws {HashingError} duplicate-node, bad-node, bad-weight, too-many-nodes */
  with(node: NodeLike): NodeMap;
  /** @throws {HashingError} unknown-node */
  without(name: string): NodeMap;
}
