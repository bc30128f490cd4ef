import { HashingError } from '../hashing.error.ts';
import { mix } from '../mix.ts';
import { hashOf } from '../murmur3.ts';
import { checksumOf } from '../nodes/checksum.ts';
import { type NodeMap } from '../nodes/node-map.ts';
import { emptyMap, type Node, type NodeLike, NodeSet } from '../nodes/node-set.ts';
import { type Lots, lotsOf, rankNodes } from '../rendezvous/rank-nodes.ts';
import { jumpBucket } from './jump-bucket.ts';

/**
 * Jump consistent hash over the nodes in canonical order: as even as chance allows, with no table at all, but nodes are
 * numbers. Only the last one in that order joins or leaves without needless moves; a change before it renumbers all behind.
 * For nodes that are numbered (`shard-1`, `shard-2`, …) and only grow in number. It knows no weights.
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
        `jump hashing knows no weights, got ${weighted.weight} for "${weighted.name}"`,
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

  /** The key's own node, then those that draw the highest lots: replicas follow names, not numbers. */
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

  /** -1 without a node. */
  private bucketOf(hash: number): number {
    return jumpBucket(hash, mix(hash), this.names.length);
  }
}
