import { JumpMap } from '../src/jump/jump-map.ts';
import { MaglevMap } from '../src/maglev/maglev-map.ts';
import { RendezvousMap } from '../src/rendezvous/rendezvous-map.ts';
import { HashRing } from '../src/ring/hash-ring.ts';
import { SlotTable } from '../src/slots/slot-table.ts';
import { type BalanceTraits } from './balance.ts';
import { type MakeNodeMap } from './node-map-traits.ts';

/** Name, constructor and balance of each map, for tests that compare all of them. */
export const EVERY_MAP: readonly [string, MakeNodeMap, BalanceTraits][] = [
  ['the ring', (nodes) => new HashRing(nodes), { fullest: 1.25, hasWeights: true }],
  ['rendezvous', (nodes) => new RendezvousMap(nodes), { fullest: 1.02, hasWeights: true }],
  ['jump', (nodes) => new JumpMap(nodes), { fullest: 1.02, hasWeights: false }],
  ['Maglev', (nodes) => new MaglevMap(nodes, { size: 2_003 }), { fullest: 1.02, hasWeights: true }],
  ['the slot table', (nodes) => SlotTable.of(nodes), { fullest: 1.02, hasWeights: true }],
];
