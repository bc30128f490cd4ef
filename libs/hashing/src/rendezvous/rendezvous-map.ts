import { log } from '../math.ts';
import { hashOf } from '../murmur3.ts';
import { checksumOf } from '../nodes/checksum.ts';
import { type NodeMap } from '../nodes/node-map.ts';
import { emptyMap, type Node, type NodeLike, NodeSet } from '../nodes/node-set.ts';
import { draw, type Lots, lotsOf } from './rank-nodes.ts';

const HALF_RANGE = 2 ** 31;

/**
 * Rendezvous hashing, also called highest random weight (Thaler & Ravishankar, 1998; weights after Schindelhauer &
 * Schomaker, 2005). Every node draws a number for the key, and the best draw wins. It needs no table, and its shares are as
 * even as random choice allows. The time of a lookup grows with the number of nodes.
 */
export class RendezvousMap implements NodeMap {
  private readonly set: NodeSet;
  private readonly names: readonly string[];
  private readonly lots: Lots;
  private readonly weights: Float64Array;
  /** With equal weights, the logarithms do not change the order, so lookups skip them. */
  private readonly isWeighted: boolean;
  private sum: string | undefined;

  constructor(nodes: Iterable<NodeLike> = []) {
    this.set = new NodeSet(nodes);
    this.names = this.set.names;
    this.lots = lotsOf(this.names);
    this.weights = Float64Array.from(this.set.nodes, ({ weight }) => weight);
    this.isWeighted = this.weights.some((weight) => weight !== this.weights[0]);
  }

  get nodes(): readonly Node[] {
    return this.set.nodes;
  }

  get checksum(): string {
    this.sum ??= checksumOf('rendezvous', this);
    return this.sum;
  }

  getNode(key: string): string {
    const hash = hashOf(key);
    const name = this.names[this.isWeighted ? this.bestByWeight(hash) : this.highest(hash)];
    if (name === undefined) throw emptyMap();
    return name;
  }

  getNodes(key: string, n: number): string[] {
    const hash = hashOf(key);
    const costs = Float64Array.from(this.weights, (_, at) => this.cost(hash, at));
    // A stable sort: ties stay in canonical order, as in `getNode`.
    return Array.from(costs, (_, at) => at)
      .sort((one, other) => (costs[one] as number) - (costs[other] as number))
      .slice(0, this.set.atMost(n))
      .map((at) => this.names[at] as string);
  }

  with(node: NodeLike): RendezvousMap {
    return new RendezvousMap(this.set.with(node).nodes);
  }

  without(name: string): RendezvousMap {
    return new RendezvousMap(this.set.without(name).nodes);
  }

  private highest(hash: number): number {
    let best = 0;
    let highest = -HALF_RANGE;
    for (let at = 0; at < this.names.length; at++) {
      const drawn = draw(hash, this.lots, at);
      if (drawn <= highest) continue;
      highest = drawn;
      best = at;
    }
    return best;
  }

  private bestByWeight(hash: number): number {
    let best = 0;
    let lowest = Number.MAX_VALUE;
    for (let at = 0; at < this.names.length; at++) {
      // Same as `cost`, repeated here because V8 may allocate a fraction that a call returns.
      const chance = (draw(hash, this.lots, at) + HALF_RANGE + 0.5) / (2 * HALF_RANGE);
      const cost = -log(chance) / (this.weights[at] as number);
      if (cost >= lowest) continue;
      lowest = cost;
      best = at;
    }
    return best;
  }

  /**
   * Returns an exponential variate with the weight as its rate: the probability to be the least of several is proportional
   * to the rate. V8 computes logarithms in software, so they are the same on every machine.
   */
  private cost(hash: number, at: number): number {
    return (
      -log((draw(hash, this.lots, at) + HALF_RANGE + 0.5) / (2 * HALF_RANGE)) / (this.weights[at] as number)
    );
  }
}
