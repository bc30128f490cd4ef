import { type Policy } from './policy.ts';

interface Node {
  readonly object: number;
  visited: boolean;
  newer: Node | undefined;
  older: Node | undefined;
}

/** SIEVE: Zhang et al., "SIEVE is Simpler than LRU", NSDI 2024. One queue, and a hand that moves from its tail to its head. */
export class Sieve implements Policy {
  readonly #capacity: number;
  readonly #nodes = new Map<number, Node>();
  #newest: Node | undefined;
  #oldest: Node | undefined;
  #hand: Node | undefined;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#nodes.size;
  }

  request(object: number): boolean {
    const node = this.#nodes.get(object);
    if (node !== undefined) {
      node.visited = true;
      return true;
    }
    if (this.#nodes.size >= this.#capacity) this.#evict();
    const added: Node = { object, visited: false, newer: undefined, older: this.#newest };
    if (this.#newest !== undefined) this.#newest.newer = added;
    this.#newest = added;
    this.#oldest ??= added;
    this.#nodes.set(object, added);
    return false;
  }

  #evict(): void {
    let victim = this.#hand ?? this.#oldest;
    while (victim?.visited === true) {
      victim.visited = false;
      victim = victim.newer ?? this.#oldest;
    }
    if (victim === undefined) return;
    this.#hand = victim.newer;
    if (victim.newer === undefined) this.#newest = victim.older;
    else victim.newer.older = victim.older;
    if (victim.older === undefined) this.#oldest = victim.newer;
    else victim.older.newer = victim.newer;
    this.#nodes.delete(victim.object);
  }
}
