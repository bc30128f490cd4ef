import { HashingError } from '../hashing.error.ts';
import { type NodeMap } from '../nodes/node-map.ts';

export interface BoundedLoadOptions {
  /** How far above its even share a node may be loaded: 1.25 is a quarter more. Nearer to 1 is evener and moves more keys. */
  readonly balance?: number;
}

/**
 * Consistent hashing with bounded loads (Mirrokni, Thorup & Zadimoghaddam, 2018): a key goes to its own node unless that one
 * has its fill, then to the next in the map's order that has not. So a popular key cannot drown a node, and most keys stay
 * where they belong. A node's fill is ceil(balance · all loads, this one included · its share of the weights); together that is
 * more than the loads, so there is always room somewhere.
 *
 * Loads are what this process has given out: synchronous and not thread-safe, as everything here.
 */
export class BoundedLoad {
  private map: NodeMap;
  private readonly balance: number;
  /** Those of nodes that have left stay until they are released. */
  private readonly loads = new Map<string, number>();
  private shares = new Map<string, number>();
  /** Of the nodes that are in the map. */
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

  /** Goes on with another map; nodes that are in both keep their loads. */
  use(map: NodeMap): void {
    const weights = map.nodes.reduce((sum, { weight }) => sum + weight, 0);
    this.map = map;
    this.shares = new Map(map.nodes.map(({ name, weight }) => [name, weight / weights]));
    this.total = map.nodes.reduce((sum, { name }) => sum + this.loadOf(name), 0);
  }

  /** The node for one more piece of work for this key; `release` it when it is done. @throws {HashingError} empty-map */
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

  /** Most keys find room at once, and most others soon: the whole order of the nodes is asked for last. */
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
