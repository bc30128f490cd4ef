import { describe, expect, it } from '@jest/globals';
import { JumpMap } from '../jump/jump-map.ts';
import { MaglevMap } from '../maglev/maglev-map.ts';
import { RendezvousMap } from '../rendezvous/rendezvous-map.ts';
import { HashRing } from '../ring/hash-ring.ts';
import { SlotTable } from '../slots/slot-table.ts';
import { NodeSet } from './node-set.ts';

describe('a set of nodes', () => {
  it.each([
    ['the ring', () => new HashRing()],
    ['rendezvous', () => new RendezvousMap()],
    ['jump', () => new JumpMap()],
    ['Maglev', () => new MaglevMap()],
    ['the slot table', () => SlotTable.of()],
  ])('is empty for %s made without nodes', (_name, make) => {
    expect(make().nodes).toEqual([]);
  });

  it('accepts weights up to 1000', () => {
    expect(new NodeSet([{ name: 'a', weight: 1_000 }]).nodes).toEqual([{ name: 'a', weight: 1_000 }]);
    expect(() => new NodeSet([{ name: 'a', weight: 1_000.5 }])).toThrow(
      expect.objectContaining({ code: 'bad-weight' }),
    );
  });

  it('has at most 65,535 nodes: a table counts them in 16 bits', () => {
    const names = Array.from({ length: 65_535 }, (_, n) => `n${n}`);
    const full = new NodeSet(names);
    expect(full.names).toHaveLength(65_535);
    expect(() => full.with('one more')).toThrow(expect.objectContaining({ code: 'too-many-nodes' }));
  });
});
