import { type NodeMap } from '../src/nodes/node-map.ts';
import { type NodeLike } from '../src/nodes/node-set.ts';

/** Where maps differ, for the suite to expect just that. */
export interface NodeMapTraits {
  readonly hasWeights: boolean;
  /**
   * Who may join or leave without a key changing between nodes that stay: anyone, or the last in canonical order. A number is
   * the share of all keys that may change although anyone of ten nodes joins or leaves.
   */
  readonly moves: 'any' | 'last' | number;
  /** Whether the changes that led to a map leave no trace in it. */
  readonly isHistoryFree: boolean;
}

export type MakeNodeMap = (nodes: Iterable<NodeLike>) => NodeMap;
