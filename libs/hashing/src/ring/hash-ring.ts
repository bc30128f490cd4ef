import { HashingError } from '../hashing.error.ts';
import { hashOf } from '../murmur3.ts';
import { checksumOf } from '../nodes/checksum.ts';
import { type NodeMap } from '../nodes/node-map.ts';
import { emptyMap, type Node, type NodeLike, NodeSet } from '../nodes/node-set.ts';
import { indexTopBits, type TopBitsIndex } from './top-bits-index.ts';
import { placePoints } from './place-points.ts';

export interface HashRingOptions {
  /** Number of points of a node of weight 1 (default 150). More points make shares more even and cost 8 to 16 bytes each. */
  readonly virtualNodes?: number;
}

/**
 * Consistent hashing on a ring (Karger et al., 1997) with virtual nodes: a key belongs to the first point at or after its
 * hash. When a node joins, keys move only to it, from all other nodes. When a node leaves, only its keys move.
 */
export class HashRing implements NodeMap {
  private readonly set: NodeSet;
  private readonly virtualNodes: number;
  private readonly names: readonly string[];
  private readonly hashes: Uint32Array;
  private readonly owners: Uint16Array;
  private readonly index: TopBitsIndex;
  private sum: string | undefined;

  constructor(nodes: Iterable<NodeLike> = [], { virtualNodes = 150 }: HashRingOptions = {}) {
    if (!Number.isInteger(virtualNodes) || virtualNodes < 1) {
      throw new HashingError(
        'bad-option',
        `expected a whole number of virtual nodes of at least 1, got ${virtualNodes}`,
      );
    }
    this.set = new NodeSet(nodes);
    this.virtualNodes = virtualNodes;
    this.names = this.set.names;
    const { hashes, owners } = placePoints(this.set.nodes, virtualNodes);
    this.index = indexTopBits(hashes);
    this.hashes = hashes;
    this.owners = owners;
  }

  get nodes(): readonly Node[] {
    return this.set.nodes;
  }

  get checksum(): string {
    this.sum ??= checksumOf(`ring ${this.virtualNodes}`, this, this.hashes, this.owners);
    return this.sum;
  }

  getNode(key: string): string {
    const name = this.names[this.owners[this.pointOf(key)] as number];
    if (name === undefined) throw emptyMap();
    return name;
  }

  /** Returns the owners of the next points on the ring. */
  getNodes(key: string, n: number): string[] {
    const wanted = this.set.atMost(n);
    const found: string[] = [];
    const isFound = new Uint8Array(this.names.length);
    // Every node has a point, so one pass around the ring finds them all.
    for (let point = this.pointOf(key); found.length < wanted; point = (point + 1) % this.owners.length) {
      const owner = this.owners[point] as number;
      if (isFound[owner] === 1) continue;
      isFound[owner] = 1;
      found.push(this.names[owner] as string);
    }
    return found;
  }

  with(node: NodeLike): HashRing {
    return new HashRing(this.set.with(node).nodes, { virtualNodes: this.virtualNodes });
  }

  without(name: string): HashRing {
    return new HashRing(this.set.without(name).nodes, { virtualNodes: this.virtualNodes });
  }

  /** The top bits give the first candidate. On average the loop skips less than one point before the right one. */
  private pointOf(key: string): number {
    const hash = hashOf(key);
    const { hashes } = this;
    let point = this.index.starts[hash >>> this.index.shift] as number;
    while (point < hashes.length && (hashes[point] as number) < hash >>> 0) point++;
    return point === hashes.length ? 0 : point;
  }
}
