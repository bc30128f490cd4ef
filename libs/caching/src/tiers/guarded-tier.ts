import { TurnDeadlines, withinDeadline } from '@groundwork/resilience';
import { NotEncodableError } from '../errors/not-encodable.error.ts';
import { TierFullError } from '../errors/tier-full.error.ts';
import { TierUnavailableError } from '../errors/tier-unavailable.error.ts';
import { quietly } from '../quietly.ts';
import { type Entry } from './entry.ts';
import {
  type Announced,
  type Awaitable,
  type Change,
  type Claim,
  type Invalidation,
  type LeasingTier,
  type Put,
} from './tier.ts';

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

/** Missed changes of more keys and tags empty the tier instead. */
const MOST_MISSED = 1_000;

interface Missed {
  readonly change: () => Awaitable<Announced>;
  readonly names: number;
}

/**
 * A shared tier whose failures cost callers at most `callLimitMs`.
 *
 *   available ── a call fails or takes too long ──▶ unavailable ── a probe is answered ──▶ available
 *
 * While the tier is unavailable, every call is refused at once, and only one probe at a time is sent. The probe waits far
 * longer than a call does: the late answer of a paused server shows that it is available again.
 *
 * Before the tier is used again, it gets the changes that it has missed, and recovers if its connection was lost.
 */
export class GuardedTier<Fence> implements LeasingTier<Fence> {
  readonly #tier: LeasingTier<Fence>;
  readonly #options: Required<GuardedTierOptions>;
  readonly #deadlines: TurnDeadlines;
  #state: 'available' | 'unavailable' | 'closed' = 'available';
  readonly #missed: Missed[] = [];
  /** Resolves when the tier has all missed changes. One for all of them: an outage may be long. */
  #delivery: PromiseWithResolvers<Announced> | undefined;
  #lastAnswer: Announced = {};
  #lostConnections = 0;
  /** After how many of them the tier has recovered. */
  #recoveredConnections = 0;
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
    this.#deadlines = new TurnDeadlines(this.#options.callLimitMs, noAnswer);
  }

  get isAvailable(): boolean {
    return this.#state === 'available';
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

  claim(key: string, tags: readonly string[], leaseMs: number, freshForMs?: number): Promise<Claim<Fence>> {
    return this.#guard(() => this.#tier.claim(key, tags, leaseMs, freshForMs));
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

  put(key: string, entry: Entry, fence: Fence, change: Change): Promise<Put> {
    return this.#guard(() => this.#tier.put(key, entry, fence, change));
  }

  invalidate(target: Invalidation): Promise<Announced> {
    return this.#guardChange(() => this.#tier.invalidate(target), namesIn(target));
  }

  expire(target: Invalidation): Promise<Announced> {
    return this.#guardChange(() => this.#tier.expire(target), namesIn(target));
  }

  feedPosition(): Promise<string | undefined> {
    return this.#guard(() => this.#tier.feedPosition());
  }

  recordFeedPosition(position: string): Promise<void> {
    return this.#guard(() => this.#tier.recordFeedPosition(position));
  }

  recover(): Promise<void> {
    return this.#guard(
      () => this.#tier.recover(),
      () => void (this.#lostConnections += 1),
    );
  }

  /** The adapter calls this when it lost its connection: the server may have restarted. */
  connectionLost(cause?: unknown): void {
    if (this.#state === 'closed') return;
    this.#lostConnections += 1;
    this.#leaveAlone(cause);
  }

  close(): void {
    this.#state = 'closed';
    clearTimeout(this.#nextProbe);
  }

  #guardChange(change: () => Awaitable<Announced>, names: number): Promise<Announced> {
    return this.#guard(change, () => this.#miss(change, names));
  }

  /** `missed` runs in the same tick as the failure: a probe that is answered in between would not see what was missed. */
  async #guard<T>(call: () => Awaitable<T>, missed?: () => Promise<Announced> | void): Promise<T> {
    if (this.#state !== 'available') throw new TierUnavailableError({ delivered: missed?.() ?? undefined });
    try {
      return await this.#deadlines.within(call());
    } catch (cause) {
      // The tier works, and can still be read and invalidated.
      const isItsFault = !(cause instanceof TierFullError || cause instanceof NotEncodableError);
      if (!isItsFault && missed === undefined) throw cause;
      const delivered = missed?.() ?? undefined;
      this.#leaveAlone(cause);
      throw new TierUnavailableError({ cause, delivered });
    }
  }

  /** Too many changes are replaced by one of everything, except the first, which may be on its way. */
  #miss(change: () => Awaitable<Announced>, names: number): Promise<Announced> {
    this.#missed.push({ change, names });
    const sum = this.#missed.reduce((total, each) => total + each.names, 0);
    if (sum > MOST_MISSED)
      this.#missed.splice(1, Infinity, {
        change: () => this.#tier.invalidate({ everything: true }),
        names: 0,
      });
    this.#delivery ??= Promise.withResolvers();
    return this.#delivery.promise;
  }

  #leaveAlone(cause: unknown): void {
    if (this.#state !== 'available') return;
    this.#state = 'unavailable';
    quietly(() => this.#options.onChange('unavailable', cause));
    for (const wake of this.#waiting) wake();
    void this.#probe();
  }

  async #probe(): Promise<void> {
    try {
      // Changes that are missed meanwhile may concern entries that other processes have written: they follow.
      do await this.#catchUpOrPing();
      while (this.#missed.length > 0 || this.#lostConnections !== this.#recoveredConnections);
      this.#comeBack();
    } catch (error) {
      if (this.#state === 'closed') return;
      // A connection whose peer vanished without closing it would stay open and silent for many minutes.
      if (error instanceof TierUnavailableError) this.#options.dropConnection();
      this.#nextProbe = setTimeout(() => void this.#probe(), this.#options.probeEveryMs);
      this.#nextProbe.unref();
    }
  }

  async #catchUpOrPing(): Promise<void> {
    const lost = this.#lostConnections;
    if (lost !== this.#recoveredConnections) {
      await this.#probed(this.#tier.recover());
      this.#recoveredConnections = lost;
      return;
    }
    const [missed] = this.#missed;
    if (missed === undefined) return void (await this.#probed(this.#tier.read('')));
    this.#lastAnswer = await this.#probed(missed.change());
    this.#missed.shift();
  }

  #probed<T>(answer: Awaitable<T>): Promise<T> {
    return withinDeadline(answer, this.#options.probeLimitMs, noAnswer);
  }

  #comeBack(): void {
    if (this.#state !== 'unavailable') return;
    this.#state = 'available';
    this.#delivery?.resolve(this.#lastAnswer);
    this.#delivery = undefined;
    quietly(() => this.#options.onChange('available'));
  }
}

const noAnswer = () => new TierUnavailableError();

function namesIn({ keys = [], tags = [] }: Invalidation): number {
  return 1 + keys.length + tags.length;
}
