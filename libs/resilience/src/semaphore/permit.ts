import { type Clock } from '../time/clock.ts';
import { type SemaphoreStore } from './semaphore-store.ts';

/** The holder did not confirm its lease in time: another process may hold the permit now. */
export class PermitLost extends Error {
  readonly code = 'permit-lost';
  readonly retryable = true;
}

/** The part of a lease during which a holder trusts it. The rest allows for clocks that run at different speeds. */
const TRUSTED_PART = 0.95;
/** Three attempts fit into the trusted part of a lease. */
const RENEWALS_IN_A_LEASE = 4;

export interface PermitOptions {
  readonly store: SemaphoreStore;
  readonly clock: Clock;
  readonly name: string;
  readonly holder: string;
  readonly leaseMs: number;
  readonly token: number;
  /** When the store was asked: its lease began at this time or later. */
  readonly askedAtMs: number;
}

/**
 * The right to be one of the holders of a semaphore. It is renewed until it is released.
 *
 * A process that stands still cannot renew, and does not notice. So a holder that writes somewhere sends `token` with it, and
 * what it writes to refuses a token that is smaller than the largest one it has seen (Kleppmann, How to do distributed locking,
 * 2016).
 */
export class Permit {
  /** Larger than that of every earlier permit of this semaphore. */
  readonly token: number;
  readonly #options: PermitOptions;
  readonly #lost = new AbortController();
  #trustedUntilMs: number;
  #isOver = false;
  #cancelRenewal: () => void = () => undefined;
  #cancelEnd: () => void = () => undefined;

  constructor(options: PermitOptions) {
    this.#options = options;
    this.token = options.token;
    this.#trustedUntilMs = this.#endOfLease(options.askedAtMs);
    this.#renewLater();
    this.#loseLater();
  }

  /** Aborted with `PermitLost` when the lease could not be renewed: stop the work. */
  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  /** False from the moment at which another process may hold the permit. Checks the time at each read. */
  get isHeld(): boolean {
    return !this.#isOver && this.#options.clock.monotonicMs() < this.#trustedUntilMs;
  }

  /**
   * Gives the permit back. Idempotent. Never rejects: if the store does not answer, the lease ends by itself.
   */
  async release(): Promise<void> {
    if (this.#isOver) return;
    this.#end();
    const { store, name, holder } = this.#options;
    await store.release(name, holder).catch(() => undefined);
  }

  #endOfLease(askedAtMs: number): number {
    return askedAtMs + this.#options.leaseMs * TRUSTED_PART;
  }

  #renewLater(): void {
    const { clock, leaseMs } = this.#options;
    this.#cancelRenewal = clock.after(leaseMs / RENEWALS_IN_A_LEASE, () => void this.#renew());
  }

  #loseLater(): void {
    const { clock } = this.#options;
    this.#cancelEnd();
    this.#cancelEnd = clock.after(Math.max(0, this.#trustedUntilMs - clock.monotonicMs()), () => {
      // A timer may be early.
      if (this.isHeld) this.#loseLater();
      else this.#lose();
    });
  }

  async #renew(): Promise<void> {
    const { store, clock, name, holder, leaseMs } = this.#options;
    const askedAtMs = clock.monotonicMs();
    // Without an answer, the next renewal tries again, until the lease cannot be trusted any longer.
    const renewal = store.renew(name, holder, leaseMs).catch(() => undefined);
    this.#renewLater();
    const renewed = await renewal;
    if (this.#isOver) return;
    if (renewed === false) return this.#lose();
    if (renewed === undefined) return;
    this.#trustedUntilMs = Math.max(this.#trustedUntilMs, this.#endOfLease(askedAtMs));
    this.#loseLater();
  }

  #lose(): void {
    this.#end();
    const { name } = this.#options;
    this.#lost.abort(new PermitLost(`the lease of a permit of ${name} could not be renewed in time`));
  }

  #end(): void {
    this.#isOver = true;
    this.#cancelRenewal();
    this.#cancelEnd();
  }
}
