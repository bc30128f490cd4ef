import { type Clock, InterruptibleWait } from '@groundwork/resilience';
import { type Announced, type Invalidation } from '../tiers/tier.ts';
import { type EdgeOutcome } from './edge-purges.ts';

/** Changes of more tags and keys become one purge of everything. */
const MOST_NAMES = 1_000;
const [FIRST_RETRY_MS, LAST_RETRY_MS] = [500, 30_000];

/** Stores the purge of a change, after L2 has given the answer `delivered`. Never rejects. */
export type Purge = (change: Invalidation, soft: boolean, delivered: Announced) => Promise<EdgeOutcome>;

/** Changes that are merged. */
interface Merged {
  readonly hard: Set<string>;
  readonly soft: Set<string>;
  isEverything: boolean;
}

/**
 * The changes that L2 receives later. Other processes have the old values until then, and the edge may have fetched from them. So its
 * purges are repeated when L2 has the changes, until they are stored.
 *
 * The changes of an outage are merged: it may be long.
 */
export class LatePurges {
  readonly #purge: Purge;
  readonly #wait: InterruptibleWait;
  readonly #waiting = new Map<Promise<Announced>, Merged>();
  /** What L2 has, and whose purge is not stored yet. */
  #due: Merged = nothing();
  #delivered: Announced = {};
  #isPurging = false;
  #isClosed = false;

  constructor(purge: Purge, clock: Clock) {
    this.#purge = purge;
    this.#wait = new InterruptibleWait(clock);
  }

  /** @param delivered resolves when L2 has the change; the same promise for all changes of an outage */
  add(
    { keys = [], tags = [], everything = false }: Invalidation,
    soft: boolean,
    delivered: Promise<Announced>,
  ): void {
    let waiting = this.#waiting.get(delivered);
    if (waiting === undefined) {
      this.#waiting.set(delivered, (waiting = nothing()));
      void delivered.then((answer) => this.#deliver(delivered, answer));
    }
    const names = new Set([...keys, ...tags]);
    merge(waiting, {
      hard: soft ? new Set() : names,
      soft: soft ? names : new Set(),
      isEverything: everything,
    });
  }

  /** Stops the retries. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#wait.interrupt();
  }

  #deliver(delivered: Promise<Announced>, answer: Announced): void {
    const waiting = this.#waiting.get(delivered);
    this.#waiting.delete(delivered);
    if (waiting === undefined) return;
    merge(this.#due, waiting);
    this.#delivered = answer;
    if (!this.#isPurging) void this.#purgeUntilStored();
  }

  async #purgeUntilStored(): Promise<void> {
    this.#isPurging = true;
    for (let retryMs = FIRST_RETRY_MS; !isEmpty(this.#due) && !this.#isClosed;) {
      if (await this.#purgeDue()) retryMs = FIRST_RETRY_MS;
      else {
        await this.#wait.wait(retryMs);
        retryMs = Math.min(LAST_RETRY_MS, 2 * retryMs);
      }
    }
    this.#isPurging = false;
  }

  /** Returns whether everything was stored. What was not is due again, with what has become due meanwhile. */
  async #purgeDue(): Promise<boolean> {
    const { hard, soft, isEverything } = this.#due;
    this.#due = nothing();
    const isStored = async (change: Invalidation, isSoft: boolean) =>
      (await this.#purge(change, isSoft, this.#delivered)) !== 'failed';
    const failed = nothing();
    if (isEverything) failed.isEverything = !(await isStored({ everything: true }, false));
    if (hard.size > 0 && !(await isStored({ tags: [...hard] }, false))) merge(failed, { ...nothing(), hard });
    if (soft.size > 0 && !(await isStored({ tags: [...soft] }, true))) merge(failed, { ...nothing(), soft });
    merge(this.#due, failed);
    return isEmpty(failed);
  }
}

function nothing(): Merged {
  return { hard: new Set(), soft: new Set(), isEverything: false };
}

function isEmpty({ hard, soft, isEverything }: Merged): boolean {
  return hard.size + soft.size === 0 && !isEverything;
}

function merge(into: Merged, { hard, soft, isEverything }: Merged): void {
  for (const name of hard) into.hard.add(name);
  for (const name of soft) into.soft.add(name);
  into.isEverything ||= isEverything || into.hard.size + into.soft.size > MOST_NAMES;
  if (!into.isEverything) return;
  into.hard.clear();
  into.soft.clear();
}
