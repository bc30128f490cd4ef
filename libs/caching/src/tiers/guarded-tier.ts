import { withinDeadline } from '@groundwork/resilience';
import { TierFullError } from '../errors/tier-full.error.ts';
import { TierUnavailableError } from '../errors/tier-unavailable.error.ts';
import { type Entry } from './entry.ts';
import { type Awaitable, type Claim, type Invalidation, type LeasingTier } from './tier.ts';

export interface GuardedTierOptions {
  /** How long one call may take before the tier counts as down. Default 50 ms. */
  readonly callLimitMs?: number;
  /** How long to wait before a failed probe is retried. Default 200 ms. */
  readonly probeEveryMs?: number;
  /** How long a probe may stay unanswered before the connection itself counts as dead. Default 5,000 ms. */
  readonly probeLimitMs?: number;
  /** Drops a dead connection, so that the adapter makes a new one. */
  readonly dropConnection?: () => void;
  readonly onChange?: (state: 'available' | 'unavailable', cause?: unknown) => void;
}

/**
 * A shared tier whose failures cost callers at most `callLimitMs`.
 *
 *   available ── a call fails or takes too long ──▶ unavailable ── a probe is answered ──▶ available
 *
 * While the tier is unavailable, every call is refused at once, and only one probe at a time is sent. The probe waits far
 * longer than a call does: the late answer of a paused server shows that it is available again.
 *
 * After an undelivered invalidation the tier still holds entries that must not be served. After a lost connection the server
 * may have restarted from an older snapshot. In both cases the probe empties the tier.
 */
export class GuardedTier<Fence> implements LeasingTier<Fence> {
  readonly #tier: LeasingTier<Fence>;
  readonly #options: Required<GuardedTierOptions>;
  #state: 'available' | 'unavailable' | 'closed' = 'available';
  /** Number of reasons so far to empty the tier. `#answeredDoubts` is how many of them it has been emptied for. */
  #doubts = 0;
  #answeredDoubts = 0;
  #nextProbe: NodeJS.Timeout | undefined;
  /** Callers that wait for the end of a load. Without the tier they must not wait for it. */
  readonly #waiting = new Set<() => void>();

  constructor(tier: LeasingTier<Fence>, options: GuardedTierOptions = {}) {
    this.#tier = tier;
    this.#options = {
      callLimitMs: options.callLimitMs ?? 50,
      probeEveryMs: options.probeEveryMs ?? 200,
      probeLimitMs: options.probeLimitMs ?? 5_000,
      dropConnection: options.dropConnection ?? (() => undefined),
      onChange: options.onChange ?? (() => undefined),
    };
  }

  read(key: string): Promise<Entry | undefined> {
    return this.#guard(() => this.#tier.read(key));
  }

  fence(key: string, tags: readonly string[]): Promise<Fence> {
    return this.#guard(() => this.#tier.fence(key, tags));
  }

  write(key: string, entry: Entry, fence: Fence): Promise<boolean> {
    return this.#guard(() => this.#tier.write(key, entry, fence));
  }

  claim(key: string, tags: readonly string[], leaseMs: number): Promise<Claim<Fence>> {
    return this.#guard(() => this.#tier.claim(key, tags, leaseMs));
  }

  release(key: string, fence: Fence): Promise<void> {
    return this.#guard(() => this.#tier.release(key, fence));
  }

  onLoadEnded(key: string, wake: () => void): () => void {
    const unsubscribe = this.#tier.onLoadEnded(key, wake);
    this.#waiting.add(wake);
    return () => {
      this.#waiting.delete(wake);
      unsubscribe();
    };
  }

  invalidate(target: Invalidation): Promise<void> {
    return this.#guard(
      () => this.#tier.invalidate(target),
      () => (this.#doubts += 1),
    );
  }

  expire(target: Invalidation): Promise<void> {
    return this.#guard(
      () => this.#tier.expire(target),
      () => (this.#doubts += 1),
    );
  }

  /** The adapter calls this when it lost its connection: the contents of the tier are unknown. */
  connectionLost(cause?: unknown): void {
    this.#doubts += 1;
    this.#leaveAlone(cause);
  }

  close(): void {
    this.#state = 'closed';
    clearTimeout(this.#nextProbe);
  }

  /** `missed` runs in the same tick as the failure: a probe that is answered in between would not see the new doubt. */
  async #guard<T>(call: () => Awaitable<T>, missed?: () => void): Promise<T> {
    if (this.#state !== 'available') {
      missed?.();
      throw new TierUnavailableError();
    }
    try {
      return await withinDeadline(call(), this.#options.callLimitMs, noAnswer);
    } catch (cause) {
      // It has answered, and can still be read and invalidated.
      if (cause instanceof TierFullError && missed === undefined) throw cause;
      missed?.();
      this.#leaveAlone(cause);
      throw new TierUnavailableError({ cause });
    }
  }

  #leaveAlone(cause: unknown): void {
    if (this.#state !== 'available') return;
    this.#state = 'unavailable';
    this.#options.onChange('unavailable', cause);
    for (const wake of this.#waiting) wake();
    void this.#probe();
  }

  async #probe(): Promise<void> {
    try {
      // A doubt raised while the tier was being emptied may concern entries written afterwards: empty it again.
      do await this.#answerDoubtsOrPing();
      while (this.#answeredDoubts !== this.#doubts);
      this.#comeBack();
    } catch (error) {
      if (this.#state === 'closed') return;
      // A connection whose peer vanished without closing it would stay open and silent for many minutes.
      if (error instanceof TierUnavailableError) this.#options.dropConnection();
      this.#nextProbe = setTimeout(() => void this.#probe(), this.#options.probeEveryMs);
      this.#nextProbe.unref();
    }
  }

  async #answerDoubtsOrPing(): Promise<void> {
    const doubts = this.#doubts;
    const answer =
      doubts === this.#answeredDoubts ? this.#tier.read('') : this.#tier.invalidate({ everything: true });
    await withinDeadline<unknown>(answer, this.#options.probeLimitMs, noAnswer);
    this.#answeredDoubts = doubts;
  }

  #comeBack(): void {
    if (this.#state !== 'unavailable') return;
    this.#state = 'available';
    this.#options.onChange('available');
  }
}

const noAnswer = () => new TierUnavailableError();
