import {
  type PermitAnswer,
  type PermitRequest,
  type SemaphoreStore,
  SemaphoreStoreUnavailable,
} from './semaphore-store.ts';

interface Semaphore {
  /** When the lease of each holder ends. */
  readonly leases: Map<string, number>;
  readonly waiting: Set<() => void>;
  token: number;
}

/** The permits of one process: for tests, and for applications that have only one. */
export class LocalSemaphoreStore implements SemaphoreStore {
  readonly #now: () => number;
  readonly #semaphores = new Map<string, Semaphore>();
  #isClosed = false;

  /** @param now monotonic time in milliseconds */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  async acquire({ name, holder, permits, leaseMs }: PermitRequest): Promise<PermitAnswer> {
    const semaphore = this.#live(name);
    const { leases } = semaphore;
    if (!leases.has(holder) && leases.size >= permits)
      return { granted: false, freeInMs: Math.ceil(Math.min(...leases.values()) - this.#now()) };
    leases.set(holder, this.#now() + leaseMs);
    semaphore.token += 1;
    return { granted: true, token: semaphore.token };
  }

  async renew(name: string, holder: string, leaseMs: number): Promise<boolean> {
    const { leases } = this.#live(name);
    if (!leases.has(holder)) return false;
    leases.set(holder, this.#now() + leaseMs);
    return true;
  }

  async release(name: string, holder: string): Promise<void> {
    const { leases, waiting } = this.#live(name);
    if (leases.delete(holder)) for (const wake of waiting) wake();
  }

  onRelease(name: string, wake: () => void): () => void {
    const { waiting } = this.#semaphoreOf(name);
    waiting.add(wake);
    return () => waiting.delete(wake);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
  }

  /** Returns the semaphore without the leases that have ended. */
  #live(name: string): Semaphore {
    if (this.#isClosed) throw new SemaphoreStoreUnavailable('the local store is closed');
    const semaphore = this.#semaphoreOf(name);
    const now = this.#now();
    for (const [holder, endsAt] of semaphore.leases) if (endsAt <= now) semaphore.leases.delete(holder);
    return semaphore;
  }

  #semaphoreOf(name: string): Semaphore {
    const known = this.#semaphores.get(name);
    if (known !== undefined) return known;
    const semaphore = { leases: new Map<string, number>(), waiting: new Set<() => void>(), token: 0 };
    this.#semaphores.set(name, semaphore);
    return semaphore;
  }
}
