import { describe } from '@jest/globals';
import { type BalanceTraits, itIsBalanced } from '../../conformance/balance.ts';
import { type MakeNodeMap } from '../../conformance/node-map-traits.ts';
import { JumpMap } from '../jump/jump-map.ts';
import { MaglevMap } from '../maglev/maglev-map.ts';
import { RendezvousMap } from '../rendezvous/rendezvous-map.ts';
import { HashRing } from '../ring/hash-ring.ts';
import { SlotTable } from '../slots/slot-table.ts';

/** Millions of lookups: `npm run mutants` skips this file because it repeats tests hundreds of times. */
describe.each<[string, MakeNodeMap, BalanceTraits]>([
  ['the ring', (nodes) => new HashRing(nodes), { fullest: 1.25, hasWeights: true }],
  ['rendezvous', (nodes) => new RendezvousMap(nodes), { fullest: 1.02, hasWeights: true }],
  ['jump', (nodes) => new JumpMap(nodes), { fullest: 1.02, hasWeights: false }],
  ['Maglev', (nodes) => new MaglevMap(nodes, { size: 2_003 }), { fullest: 1.02, hasWeights: true }],
  ['the slot table', (nodes) => SlotTable.of(nodes), { fullest: 1.02, hasWeights: true }],
])('keys on the nodes of %s', (_name, make, traits) => itIsBalanced(make, traits));
