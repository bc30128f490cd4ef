import { HashingError } from '../hashing.error.ts';
import { mix } from '../mix.ts';
import { hashOf } from '../murmur3.ts';
import { checksumOf } from '../nodes/checksum.ts';
import { type NodeMap } from '../nodes/node-map.ts';
import { emptyMap, type Node, type NodeLike, NodeSet } from '../nodes/node-set.ts';
import { type Lots, lotsOf, rankNodes } from '../rendezvous/rank-nodes.ts';
import { jumpBucket } from './jump-bucket.ts';

/**
 * Jump consistent hash over the nodes in canonical order. Its shares are as even as random choice allows, and it needs no
 * table, but it identifies nodes by number. Only the last node in the order can join or leave without needless moves: a
 * change before it renumbers all later nodes. Use it for numbered nodes (`shard-1`, `shard-2`, …) that are only added. It
 * rejects weights.
 */
export class JumpMap implements NodeMap {
  private readonly set: NodeSet;
  private readonly names: readonly string[];
  private readonly lots: Lots;

  constructor(nodes: Iterable<NodeLike> = []) {
    this.set = new NodeSet(nodes);
    const weighted = this.set.nodes.find(({ weight }) => weight !== 1);
    if (weighted !== undefined) {
      throw new HashingError(
        'bad-weight',
        `jump hashing needs equal weights of 1, got ${weighted.weight} for "${weighted.name}"`,
      );
    }
    this.names = this.set.names;
    this.lots = lotsOf(this.names);
  }

  get nodes(): readonly Node[] {
    return this.set.nodes;
  }

  get checksum(): string {
    return checksumOf('jump', this);
  }

  getNode(key: string): string {
    const name = this.names[this.bucketOf(hashOf(key))];
    if (name === undefined) throw emptyMap();
    return name;
  }

  /** Returns the key's own node, then the nodes with the highest draws: replicas depend on names, not on numbers. */
  getNodes(key: string, n: number): string[] {
    const hash = hashOf(key);
    return rankNodes(hash, this.lots, this.set.atMost(n), this.bucketOf(hash)).map(
      (at) => this.names[at] as string,
    );
  }

  with(node: NodeLike): JumpMap {
    return new JumpMap(this.set.with(node).nodes);
  }

  without(name: string): JumpMap {
    return new JumpMap(this.set.without(name).nodes);
  }

  /** Returns -1 when the map is empty. */
  private bucketOf(hash: number): number {
    return jumpBucket(hash, mix(hash), this.names.length);
  }
}
