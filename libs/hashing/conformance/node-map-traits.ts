import { type NodeMap } from '../src/nodes/node-map.ts';
import { type NodeLike } from '../src/nodes/node-set.ts';

/** The properties in which maps differ. The suite expects what they say. */
export interface NodeMapTraits {
  readonly hasWeights: boolean;
  /**
   * Which nodes may join or leave without a key moving between nodes that stay: any node, or only the last in canonical
   * order. A number means: when any of ten nodes joins or leaves, at most this share of all keys moves between nodes that
   * stay.
   */
  readonly moves: 'any' | 'last' | number;
  /** Whether a map is independent of the changes that led to it. */
  readonly isHistoryFree: boolean;
}

export type MakeNodeMap = (nodes: Iterable<NodeLike>) => NodeMap;
