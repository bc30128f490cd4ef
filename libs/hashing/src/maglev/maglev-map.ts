import { HashingError } from '../hashing.error.ts';
import { hashOf } from '../murmur3.ts';
import { checksumOf } from '../nodes/checksum.ts';
import { type NodeMap } from '../nodes/node-map.ts';
import { emptyMap, type Node, type NodeLike, NodeSet } from '../nodes/node-set.ts';
import { type Lots, lotsOf, rankNodes } from '../rendezvous/rank-nodes.ts';
import { fillTable } from './fill-table.ts';

export interface MaglevOptions {
  /** Number of entries of the table, a prime (default 65,537). With 100 entries per node, shares differ by at most 1 %. */
  readonly size?: number;
}

/**
 * Maglev hashing (Eisenbud et al., 2016): each lookup reads one entry of a table. All nodes have the same number of entries,
 * within one. The cost: when a node joins or leaves, a few keys also move between remaining nodes. Use it for caches and
 * connections, not for stored data.
 */
export class MaglevMap implements NodeMap {
  private readonly set: NodeSet;
  private readonly names: readonly string[];
  private readonly table: Uint16Array;
  private readonly lots: Lots;
  private sum: string | undefined;

  constructor(nodes: Iterable<NodeLike> = [], { size = 65_537 }: MaglevOptions = {}) {
    this.set = new NodeSet(nodes);
    this.names = this.set.names;
    if (!isPrime(size) || size < this.names.length) {
      throw new HashingError(
        'bad-option',
        `expected a prime of at least ${this.names.length} as size, got ${size}`,
      );
    }
    this.table = fillTable(this.set.nodes, size);
    this.lots = lotsOf(this.names);
  }

  get nodes(): readonly Node[] {
    return this.set.nodes;
  }

  get checksum(): string {
    this.sum ??= checksumOf('maglev', this, this.table);
    return this.sum;
  }

  getNode(key: string): string {
    const name = this.names[this.ownerOf(hashOf(key))];
    if (name === undefined) throw emptyMap();
    return name;
  }

  /** Returns the key's own node, then the nodes with the highest draws. */
  getNodes(key: string, n: number): string[] {
    const hash = hashOf(key);
    return rankNodes(hash, this.lots, this.set.atMost(n), this.ownerOf(hash)).map(
      (at) => this.names[at] as string,
    );
  }

  with(node: NodeLike): MaglevMap {
    return new MaglevMap(this.set.with(node).nodes, { size: this.table.length });
  }

  without(name: string): MaglevMap {
    return new MaglevMap(this.set.without(name).nodes, { size: this.table.length });
  }

  private ownerOf(hash: number): number {
    return this.table[(hash >>> 0) % this.table.length] as number;
  }
}

function isPrime(size: number): boolean {
  if (!Number.isInteger(size) || size < 2) return false;
  for (let divisor = 2; divisor * divisor <= size; divisor++) if (size % divisor === 0) return false;
  return true;
}
