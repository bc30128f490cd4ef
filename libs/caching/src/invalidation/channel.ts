import { randomUUID } from 'node:crypto';
import { type Clock, InterruptibleWait, SYSTEM_CLOCK } from '@groundwork/resilience';
import { quietly } from '../quietly.ts';
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
  /** Receives whether L1 is in use: after the first call, and with each change. It is off until the first answer, and while answers fail for longer than `TRUST_MS`. */
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
  /** Waits that end when the channel is closed. */
  readonly #waits = new Set<InterruptibleWait>();
  readonly #pause: InterruptibleWait;
  readonly #stopListening: () => void;
  readonly #following: Promise<void>;
  #position: string | undefined;
  #trustedUntil = Number.NEGATIVE_INFINITY;
  /** The last report. The first outcome is reported as well: L1 may never come into use. */
  #wasTrusted: boolean | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: InvalidationChannelOptions) {
    const { journal, apply, onChange = () => undefined } = options;
    const { follower = randomUUID(), clock = SYSTEM_CLOCK } = options;
    this.follower = follower;
    this.#journal = journal;
    this.#apply = apply;
    this.#onChange = onChange;
    this.#clock = clock;
    this.#pause = this.#newWait();
    this.#stopListening = journal.onAnnounced(() => this.#pause.interrupt());
    this.#following = this.#follow();
  }

  /**
   * Returns whether this process has applied every invalidation that has ended, in any process.
   *
   * @param now what the monotonic clock shows, if the caller has just read it
   */
  isTrusted(now = this.#clock.monotonicMs()): boolean {
    return now < this.#trustedUntil;
  }

  /**
   * Resolves when no process serves entries from before an announcement: each follower has applied it, or trusts no answer from before
   * it. Takes at most `DISTRUST_MS`, also when the journal does not answer. Never rejects.
   *
   * @param position of the announcement; undefined when it is unknown
   */
  async appliedEverywhere(position: string | undefined): Promise<void> {
    const { promise: distrusted, resolve } = Promise.withResolvers<void>();
    const cancel = this.#clock.after(DISTRUST_MS, resolve);
    const isApplied = position !== undefined && (await Promise.race([this.#caughtUp(position), distrusted]));
    // The followers may be behind, or this channel was closed: then only time helps.
    if (isApplied !== true) await distrusted;
    cancel();
  }

  /** Ends the use of L1. Other processes do not wait for this one any more. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#trustedUntil = Number.NEGATIVE_INFINITY;
    this.#stopListening();
    for (const wait of this.#waits) wait.interrupt();
    await this.#following;
    await this.#journal.leave(this.follower).catch(() => undefined);
  }

  /** Returns whether all followers have recorded the position. Those that are silent for long enough are forgotten. Never rejects. */
  async #caughtUp(position: string): Promise<boolean> {
    const wait = this.#newWait();
    const stopListening = this.#journal.onCaughtUp(() => wait.interrupt());
    const silent = await this.#behind(position);
    let behind = silent;
    const forgetAt = this.#clock.monotonicMs() + DISTRUST_MS;
    while (behind?.size !== 0 && !this.#isClosed) {
      const leftMs = forgetAt - this.#clock.monotonicMs();
      // Those that have made no call since have crashed, or their trust has ended. Later invalidations do not wait for them.
      if (leftMs <= 0) {
        await this.#behind(position, silent);
        break;
      }
      await wait.wait(Math.min(leftMs, ASK_AGAIN_MS));
      wait.reset();
      behind = await this.#behind(position);
    }
    stopListening();
    this.#waits.delete(wait);
    return behind?.size === 0;
  }

  async #follow(): Promise<void> {
    const pause = this.#pause;
    while (!this.#isClosed) {
      pause.reset();
      const before = this.#position;
      let cause: unknown;
      try {
        await this.#step();
      } catch (error) {
        cause = error;
      }
      this.#reportChange(cause);
      if (before === undefined && this.#position !== undefined) void this.#caughtUp(this.#position);
      // Calls again at once, to record the new position: other processes are waiting for it.
      if (this.#position === before) await pause.wait(ASK_AGAIN_MS);
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
  async #behind(position: string, silent: Marks = new Map()): Promise<Marks | undefined> {
    try {
      const behind = new Map(await this.#journal.behind(position, silent));
      behind.delete(this.follower);
      return behind;
    } catch {
      return undefined;
    }
  }

  get #isClosed(): boolean {
    return this.#closing !== undefined;
  }

  #newWait(): InterruptibleWait {
    const wait = new InterruptibleWait(this.#clock);
    this.#waits.add(wait);
    return wait;
  }

  #reportChange(cause: unknown): void {
    const isTrusted = this.isTrusted();
    if (isTrusted === this.#wasTrusted || this.#isClosed) return;
    this.#wasTrusted = isTrusted;
    quietly(() => this.#onChange(isTrusted ? 'trusted' : 'untrusted', isTrusted ? undefined : cause));
  }
}
