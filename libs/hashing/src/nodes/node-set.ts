import { HashingError } from '../hashing.error.ts';

export interface Node {
  readonly name: string;
  /** The node's share of the keys is proportional to its weight. */
  readonly weight: number;
}

/** A plain name has weight 1. */
export type NodeLike = string | { readonly name: string; readonly weight?: number };

/** Tables store owners in 16 bits, and one value means "no owner". */
const MAX_NODES = 65_535;

/**
 * Distinct nodes in canonical order: by the length of their names, then by code units. So `cache-9` comes before `cache-10`,
 * and the order does not depend on the locale or on the order in which a process added the nodes.
 */
export class NodeSet {
  readonly nodes: readonly Node[];
  readonly names: readonly string[];

  /** @throws {HashingError} bad-node, bad-weight, duplicate-node, too-many-nodes */
  constructor(nodes: Iterable<NodeLike>) {
    this.nodes = Object.freeze([...nodes].map(toNode).sort(canonically));
    this.names = this.nodes.map(({ name }) => name);
    const twice = this.names.find((name, at) => name === this.names[at + 1]);
    if (twice !== undefined) throw new HashingError('duplicate-node', `there is already a node "${twice}"`);
    if (this.names.length > MAX_NODES) {
      throw new HashingError(
        'too-many-nodes',
        `expected at most ${MAX_NODES} nodes, got ${this.names.length}`,
      );
    }
  }

  with(node: NodeLike): NodeSet {
    return new NodeSet([...this.nodes, node]);
  }

  /** @throws {HashingError} unknown-node */
  without(name: string): NodeSet {
    const rest = this.nodes.filter((node) => node.name !== name);
    if (rest.length === this.nodes.length)
      throw new HashingError('unknown-node', `there is no node "${name}"`);
    return new NodeSet(rest);
  }

  /** Returns the number of nodes that `getNodes` returns for `n`. @throws {HashingError} bad-count */
  atMost(n: number): number {
    if (!Number.isInteger(n) || n < 0) {
      throw new HashingError('bad-count', `expected a whole number of nodes of at least 0, got ${n}`);
    }
    return Math.min(n, this.names.length);
  }
}

export function emptyMap(): HashingError {
  return new HashingError('empty-map', 'the map has no nodes, so the key has no owner');
}

/** Rejects objects as names: as strings they would all be "[object Object]", and different nodes would share one name. */
function toNode(node: NodeLike): Node {
  const { name, weight = 1 } = typeof node === 'string' ? { name: node } : node;
  if (typeof name !== 'string' || name === '') {
    throw new HashingError('bad-node', `expected a non-empty string as name, got ${String(name) || '""'}`);
  }
  if (typeof weight !== 'number' || !(weight > 0) || weight > 1_000) {
    throw new HashingError(
      'bad-weight',
      `expected a weight above 0 and up to 1000 for "${name}", got ${weight}`,
    );
  }
  return Object.freeze({ name, weight });
}

function canonically(one: Node, other: Node): number {
  return one.name.length - other.name.length || (one.name < other.name ? -1 : 1);
}
