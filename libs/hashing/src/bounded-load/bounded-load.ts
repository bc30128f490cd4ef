import { HashingError } from '../hashing.error.ts';
import { type NodeMap } from '../nodes/node-map.ts';

export interface BoundedLoadOptions {
  /**
   * Maximum load of a node relative to its even share: 1.25 is a quarter more. Closer to 1 is more even but moves more keys.
   */
  readonly balance?: number;
}

/**
 * Consistent hashing with bounded loads (Mirrokni, Thorup & Zadimoghaddam, 2018). A key goes to its own node, or, if that
 * node is full, to the next node in the map's order that has room. So a popular key cannot overload a node, and most keys
 * keep their own node. The bound of a node is ceil(balance · all loads including the new one · its share of the weights).
 * The bounds add up to more than all loads, so at least one node always has room.
 *
 * The loads are those that this process has acquired and not released. Synchronous and not thread-safe, like this library.
 */
export class BoundedLoad {
  private map: NodeMap;
  private readonly balance: number;
  /** Loads of nodes that were removed from the map stay here until they are released. */
  private readonly loads = new Map<string, number>();
  private shares = new Map<string, number>();
  /** Sum of the loads of the nodes in the map. */
  private total = 0;

  /** @throws {HashingError} bad-option */
  constructor(map: NodeMap, { balance = 1.25 }: BoundedLoadOptions = {}) {
    if (!(balance > 1) || balance === Infinity) {
      throw new HashingError('bad-option', `expected a balance above 1, got ${balance}`);
    }
    this.balance = balance;
    this.map = map;
    this.use(map);
  }

  /** Switches to another map. Nodes that are in both maps keep their loads. */
  use(map: NodeMap): void {
    const weights = map.nodes.reduce((sum, { weight }) => sum + weight, 0);
    this.map = map;
    this.shares = new Map(map.nodes.map(({ name, weight }) => [name, weight / weights]));
    this.total = map.nodes.reduce((sum, { name }) => sum + this.loadOf(name), 0);
  }

  /** Adds one load for this key and returns its node; `release` the node afterwards. @throws {HashingError} empty-map */
  acquire(key: string): string {
    const node = this.firstWithRoom(key);
    this.loads.set(node, this.loadOf(node) + 1);
    this.total += 1;
    return node;
  }

  /** @throws {HashingError} nothing-to-release, when the node has no load */
  release(node: string): void {
    const load = this.loadOf(node);
    if (load === 0) throw new HashingError('nothing-to-release', `"${node}" has no load to release`);
    if (load === 1) this.loads.delete(node);
    else this.loads.set(node, load - 1);
    if (this.shares.has(node)) this.total -= 1;
  }

  loadOf(node: string): number {
    return this.loads.get(node) ?? 0;
  }

  /** Tries the key's own node first, then 2, 4, 8 … nodes: most keys find room early, and ranking all nodes is slow. */
  private firstWithRoom(key: string): string {
    const own = this.map.getNode(key);
    if (this.hasRoom(own)) return own;
    for (let n = 2; ; n *= 2) {
      const node = this.map.getNodes(key, n).find((name) => this.hasRoom(name));
      if (node !== undefined) return node;
    }
  }

  private hasRoom(node: string): boolean {
    const fill = Math.ceil(this.balance * (this.total + 1) * (this.shares.get(node) as number));
    return this.loadOf(node) < fill;
  }
}
