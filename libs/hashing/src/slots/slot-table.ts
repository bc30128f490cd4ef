import { HashingError } from '../hashing.error.ts';
import { hashOf } from '../murmur3.ts';
import { floor } from '../math.ts';
import { checksumOf } from '../nodes/checksum.ts';
import { type NodeMap } from '../nodes/node-map.ts';
import { emptyMap, type Node, type NodeLike, NodeSet } from '../nodes/node-set.ts';
import { type Lots, lotsOf, rankNodes } from '../rendezvous/rank-nodes.ts';
import { slotOf } from '../slot-of.ts';
import { adoptOrphans, moveShareTo, NO_OWNER } from './assign-slots.ts';

export interface SlotTableOptions {
  /** Default 4096. Never change it: with another number of slots, almost every key has another slot. */
  readonly slots?: number;
}

/**
 * Key → one of a fixed number of slots → the node that owns the slot. Shares are even within one slot, and each change moves
 * the fewest slots that keep them even. The unit that moves is a slot, not a key, so it can be listed, moved and fenced. The
 * cost: ownership depends on earlier changes, so processes must share the table itself (`owners`) and compare its checksum.
 */
export class SlotTable implements NodeMap {
  private readonly set: NodeSet;
  private readonly names: readonly string[];
  private readonly table: Uint16Array;
  private readonly lots: Lots;

  private constructor(set: NodeSet, table: Uint16Array) {
    this.set = set;
    this.names = set.names;
    this.table = table;
    this.lots = lotsOf(set.names);
  }

  /** Builds a table without earlier changes. @throws {HashingError} bad-option, and the errors of `NodeSet` */
  static of(nodes: Iterable<NodeLike> = [], { slots = 4096 }: SlotTableOptions = {}): SlotTable {
    if (!Number.isInteger(slots) || slots < 1) {
      throw new HashingError('bad-option', `expected a whole number of slots of at least 1, got ${slots}`);
    }
    const table = new SlotTable(new NodeSet(nodes), new Uint16Array(slots).fill(NO_OWNER));
    adoptOrphans(table.assignment(table.table));
    return table;
  }

  /** Builds the table of another process from the owner of each slot, in slot order. @throws {HashingError} unknown-node */
  static from(nodes: Iterable<NodeLike>, owners: readonly string[]): SlotTable {
    if (owners.length === 0) throw new HashingError('bad-option', 'expected the owner of at least one slot');
    const set = new NodeSet(nodes);
    const places = new Map(set.names.map((name, place) => [name, place]));
    const table = Uint16Array.from(owners, (owner, slot) => {
      const place = places.get(owner);
      if (place === undefined) {
        throw new HashingError(
          'unknown-node',
          `slot ${slot} belongs to "${owner}", which is not one of the nodes`,
        );
      }
      return place;
    });
    return new SlotTable(set, table);
  }

  get nodes(): readonly Node[] {
    return this.set.nodes;
  }

  get checksum(): string {
    return checksumOf('slots', this, this.table);
  }

  /** Returns the owner of each slot. @throws {HashingError} empty-map */
  get owners(): string[] {
    if (this.names.length === 0) throw emptyMap();
    return Array.from(this.table, (owner) => this.names[owner] as string);
  }

  getNode(key: string): string {
    const name = this.names[this.ownerOf(hashOf(key))];
    if (name === undefined) throw emptyMap();
    return name;
  }

  /**
   * Returns the owner of the key's slot, then the nodes with the highest draws for the slot: all keys of a slot share them.
   */
  getNodes(key: string, n: number): string[] {
    const slot = slotOf(key, this.table.length);
    const ranked = rankNodes(slot, this.lots, this.set.atMost(n), this.table[slot]);
    return ranked.map((at) => this.names[at] as string);
  }

  with(node: NodeLike): SlotTable {
    const set = this.set.with(node);
    const next = new SlotTable(set, this.renumbered(set));
    if (this.names.length === 0) adoptOrphans(next.assignment(next.table));
    else
      moveShareTo(
        set.names.findIndex((name, at) => name !== this.names[at]),
        next.assignment(next.table),
      );
    return next;
  }

  without(name: string): SlotTable {
    const set = this.set.without(name);
    const next = new SlotTable(set, this.renumbered(set));
    adoptOrphans(next.assignment(next.table));
    return next;
  }

  private ownerOf(hash: number): number {
    return this.table[floor(((hash >>> 0) * this.table.length) / 2 ** 32)] as number;
  }

  /** Returns each slot with its owner's position in `set`, or NO_OWNER where the owner is not in `set`. */
  private renumbered(set: NodeSet): Uint16Array {
    const places = this.names.map((name) => set.names.indexOf(name));
    return this.table.map((owner) => {
      const place = places[owner] ?? -1;
      return place === -1 ? NO_OWNER : place;
    });
  }

  private assignment(owners: Uint16Array) {
    return { owners, weights: this.set.nodes.map(({ weight }) => weight), lots: this.lots };
  }
}
