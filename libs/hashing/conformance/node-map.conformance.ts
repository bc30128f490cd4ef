import { describe } from '@jest/globals';
import { itMovesNoKeyNeedlessly } from './moves.ts';
import { itIsOneMapEverywhere } from './one-map-everywhere.ts';
import { itNamesDistinctReplicas } from './replicas.ts';
import { type MakeNodeMap, type NodeMapTraits } from './node-map-traits.ts';
import { itRefusesWhatItCannotDo } from './refusals.ts';

/** Tests the guarantees of every map (nodes/node-map.ts), with the exceptions that its traits state. */
export function describeNodeMap(name: string, make: MakeNodeMap, traits: NodeMapTraits): void {
  describe(`${name} as a node map`, () => {
    itIsOneMapEverywhere(make, traits);
    itMovesNoKeyNeedlessly(make, traits);
    itNamesDistinctReplicas(make, traits);
    itRefusesWhatItCannotDo(make);
  });
}
