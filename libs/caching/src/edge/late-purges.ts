import { type Announced, type Invalidation } from '../tiers/tier.ts';

/** Changes of more tags and keys become one purge of everything. */
const MOST_NAMES = 1_000;

/** Purges one change, or several. Never rejects. */
export type Purge = (change: Invalidation, soft: boolean, delivered: Announced) => Promise<unknown>;

interface Waiting {
  readonly hard: Set<string>;
  readonly soft: Set<string>;
  isEverything: boolean;
}

/**
 * The changes that L2 receives later. Other processes have the old values until then, and the edge may have fetched from them. So its
 * purges are repeated when L2 has the changes.
 *
 * The changes of an outage are merged: it may be long.
 */
export class LatePurges {
  readonly #purge: Purge;
  readonly #waiting = new Map<Promise<Announced>, Waiting>();

  constructor(purge: Purge) {
    this.#purge = purge;
  }

  /** @param delivered resolves when L2 has the change; the same promise for all changes of an outage */
  add(
    { keys = [], tags = [], everything }: Invalidation,
    soft: boolean,
    delivered: Promise<Announced>,
  ): void {
    const waiting = this.#waitingFor(delivered);
    for (const name of [...keys, ...tags]) (soft ? waiting.soft : waiting.hard).add(name);
    if (everything === true || waiting.hard.size + waiting.soft.size > MOST_NAMES)
      waiting.isEverything = true;
    if (!waiting.isEverything) return;
    waiting.hard.clear();
    waiting.soft.clear();
  }

  #waitingFor(delivered: Promise<Announced>): Waiting {
    const known = this.#waiting.get(delivered);
    if (known !== undefined) return known;
    const waiting: Waiting = { hard: new Set(), soft: new Set(), isEverything: false };
    this.#waiting.set(delivered, waiting);
    void delivered.then((answer) => {
      this.#waiting.delete(delivered);
      return this.#purgeAll(waiting, answer);
    });
    return waiting;
  }

  async #purgeAll({ hard, soft, isEverything }: Waiting, answer: Announced): Promise<void> {
    if (isEverything) await this.#purge({ everything: true }, false, answer);
    if (hard.size > 0) await this.#purge({ tags: [...hard] }, false, answer);
    if (soft.size > 0) await this.#purge({ tags: [...soft] }, true, answer);
  }
}
