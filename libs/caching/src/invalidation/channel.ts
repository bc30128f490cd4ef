import { randomUUID } from 'node:crypto';
import { type Clock, InterruptibleWait, SYSTEM_CLOCK } from '@groundwork/resilience';
import { type Announcement, type InvalidationJournal, type Marks } from './journal.ts';

/** How long an answer of the journal is trusted. All processes of a cache must have the same value, so it is not an option. */
export const TRUST_MS = 1_000;
/** How long to wait until no process trusts an older answer: longer, because clocks do not run at exactly the same speed. */
const DISTRUST_MS = 1.05 * TRUST_MS;
/** Several calls may fail before the trust ends. */
const ASK_AGAIN_MS = TRUST_MS / 4;

export interface InvalidationChannelOptions {
  readonly journal: InvalidationJournal;
  /** Applies an announcement of another process to L1. It must not throw. */
  readonly apply: (announcement: Announcement) => void;
  /** Receives whether L1 is in use. It is off until the first answer, and while answers fail for longer than `TRUST_MS`. */
  readonly onChange?: ((state: 'trusted' | 'untrusted', cause?: unknown) => void) | undefined;
  /** The identity of this process, new at each start. */
  readonly follower?: string;
  readonly clock?: Clock;
}

/**
 * Brings the invalidations of all processes to the L1 of this one, and tells an invalidation when it has arrived everywhere.
 *
 * It works with leases (Gray and Cheriton, "Leases: an efficient fault-tolerant mechanism for distributed file cache consistency",
 * 1989). An answer of the journal is trusted for `TRUST_MS`, counted from before the question. L1 is used only during that time. An
 * invalidation waits until all followers have applied it, or until no earlier answer is trusted by any process. So a process that
 * is frozen or cut off serves nothing that it missed, and delays the invalidations of others for at most that time.
 *
 * Only monotonic clocks of the processes take part, and none is compared with another.
 */
export class InvalidationChannel {
  readonly follower: string;
  readonly #journal: InvalidationJournal;
  readonly #apply: (announcement: Announcement) => void;
  readonly #onChange: (state: 'trusted' | 'untrusted', cause?: unknown) => void;
  readonly #clock: Clock;
  readonly #pause: InterruptibleWait;
  readonly #stopListening: () => void;
  readonly #following: Promise<void>;
  #position: string | undefined;
  #trustedUntil = Number.NEGATIVE_INFINITY;
  #wasTrusted = false;
  #isClosed = false;

  constructor(options: InvalidationChannelOptions) {
    const { journal, apply, onChange = () => undefined } = options;
    const { follower = randomUUID(), clock = SYSTEM_CLOCK } = options;
    this.follower = follower;
    this.#journal = journal;
    this.#apply = apply;
    this.#onChange = onChange;
    this.#clock = clock;
    this.#pause = new InterruptibleWait(clock);
    this.#stopListening = journal.onAnnounced(() => this.#pause.interrupt());
    this.#following = this.#follow();
  }

  /** Returns whether this process has applied every invalidation that has ended, in any process. */
  isTrusted(): boolean {
    return this.#clock.monotonicMs() < this.#trustedUntil;
  }

  /**
   * Resolves when no process serves entries from before an announcement: each follower has applied it, or trusts no answer from before
   * it. Takes at most a little longer than `TRUST_MS`, also when the journal does not answer. Never rejects.
   *
   * @param position of the announcement; undefined when it is unknown
   */
  async appliedEverywhere(position: string | undefined): Promise<void> {
    const wait = new InterruptibleWait(this.#clock);
    const stopListening = this.#journal.onCaughtUp(() => wait.interrupt());
    let behind = await this.#behind(position);
    const [silent, endsAt] = [behind, this.#clock.monotonicMs() + DISTRUST_MS];
    try {
      for (;;) {
        if (behind?.size === 0) return;
        const leftMs = endsAt - this.#clock.monotonicMs();
        if (leftMs <= 0) break;
        await wait.wait(Math.min(leftMs, ASK_AGAIN_MS));
        wait.reset();
        behind = await this.#behind(position);
      }
    } finally {
      stopListening();
    }
    // Those that have made no call since have crashed, or their trust has ended. Later invalidations do not wait for them.
    await this.#behind(position, silent);
  }

  /** Ends the use of L1. Other processes do not wait for this one any more. Idempotent. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#trustedUntil = Number.NEGATIVE_INFINITY;
    this.#stopListening();
    this.#pause.interrupt();
    await this.#following;
    await this.#journal.leave(this.follower).catch(() => undefined);
  }

  async #follow(): Promise<void> {
    let cause: unknown;
    while (!this.#isClosed) {
      this.#pause.reset();
      const before = this.#position;
      try {
        await this.#step();
        if (before === undefined) void this.appliedEverywhere(this.#position);
        // Calls again at once, to record the new position: other processes are waiting for it.
        if (this.#position !== before) continue;
      } catch (error) {
        cause = error;
      } finally {
        this.#reportChange(cause);
      }
      await this.#pause.wait(ASK_AGAIN_MS);
    }
  }

  async #step(): Promise<void> {
    const askedAt = this.#clock.monotonicMs();
    const followed = await this.#journal.follow(this.follower, this.#position);
    if (this.#isClosed) return;
    if (!followed.isComplete) this.#apply({ kind: 'invalidate', everything: true });
    for (const announcement of followed.announcements) {
      // What this process announced, it has applied itself.
      if (announcement.by !== this.follower) this.#apply(announcement);
    }
    this.#position = followed.position;
    this.#trustedUntil = askedAt + TRUST_MS;
  }

  /** Returns the other followers that are behind; undefined when the journal does not answer. */
  async #behind(position: string | undefined, silent: Marks = new Map()): Promise<Marks | undefined> {
    if (position === undefined) return undefined;
    try {
      const behind = new Map(await this.#journal.behind(position, silent));
      behind.delete(this.follower);
      return behind;
    } catch {
      return undefined;
    }
  }

  #reportChange(cause: unknown): void {
    const isTrusted = this.isTrusted();
    if (isTrusted === this.#wasTrusted || this.#isClosed) return;
    this.#wasTrusted = isTrusted;
    this.#onChange(isTrusted ? 'trusted' : 'untrusted', isTrusted ? undefined : cause);
  }
}
