import { describe } from '@jest/globals';
import { type NodeMap } from '../src/nodes/node-map.ts';
import { type NodeLike } from '../src/nodes/node-set.ts';
import { itIsBalanced } from './balance.ts';
import { itAllocatesNothing } from './lookups.ts';
import { itMovesNoKeyNeedlessly } from './moves.ts';
import { itIsOneMapEverywhere } from './one-map-everywhere.ts';
import { itNamesDistinctReplicas } from './replicas.ts';
import { itRefusesWhatItCannotDo } from './refusals.ts';

export interface NodeMapTraits {
  /** The fullest of ten nodes with a million keys, to the even share. */
  readonly peakToMean: number;
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

/** What every map guarantees (nodes/node-map.ts), but for what its traits say. */
export function describeNodeMap(name: string, make: MakeNodeMap, traits: NodeMapTraits): void {
  describe(`${name} as a node map`, () => {
    itIsOneMapEverywhere(make, traits);
    itMovesNoKeyNeedlessly(make, traits);
    itNamesDistinctReplicas(make, traits);
    itIsBalanced(make, traits);
    itAllocatesNothing(make, traits);
    itRefusesWhatItCannotDo(make);
  });
}
