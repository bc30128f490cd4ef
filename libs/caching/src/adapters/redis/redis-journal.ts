import { withinDeadline } from '@groundwork/resilience';
import { RedisWakeUps } from '@groundwork/resilience/redis';
import { type Redis } from 'ioredis';
import { TierUnavailableError } from '../../errors/tier-unavailable.error.ts';
import {
  type Announcement,
  type Followed,
  type InvalidationJournal,
  type Marks,
} from '../../invalidation/journal.ts';
import { kindOf } from './reply-errors.ts';
import { BEHIND, FOLLOW, LEAVE } from './journal.scripts.ts';

/** A follower that has missed more starts again with an empty L1. */
const MOST_RETURNED = 1_000;

export interface RedisJournalOptions {
  /** How long a call may take before it rejects. Default 500 ms. */
  readonly callLimitMs?: number;
  /** Whether the tier has recovered: before that, the server may have lost announcements. */
  readonly isUsable?: () => boolean;
  /** Receives messages; the caller closes it. Default: a connection of this journal. */
  readonly messages?: RedisWakeUps;
}

type Script<Reply> = (keyCount: number, ...keysAndArguments: (string | number)[]) => Promise<Reply>;

interface Scripts {
  cacheFollow: Script<[isComplete: 0 | 1, end: string, [id: string, fields: [name: string, text: string]][]]>;
  cacheBehind: Script<string[]>;
  cacheLeave: Script<null>;
}

const SCRIPTS: Record<keyof Scripts, string> = {
  cacheFollow: FOLLOW,
  cacheBehind: BEHIND,
  cacheLeave: LEAVE,
};

/** The journal of the invalidations of a `RedisTier` with the same prefix. */
export class RedisJournal implements InvalidationJournal {
  readonly #redis: Redis;
  readonly #scripts: Scripts;
  readonly #messages: RedisWakeUps;
  readonly #journal: string;
  readonly #followers: string;
  readonly #incarnation: string;
  readonly #callLimitMs: number;
  readonly #isUsable: () => boolean;
  readonly #ownsMessages: boolean;
  #calls = 0;

  constructor(redis: Redis, prefix: string, options: RedisJournalOptions = {}) {
    const { callLimitMs = 500, isUsable = () => true, messages } = options;
    for (const [name, lua] of Object.entries(SCRIPTS)) redis.defineCommand(name, { lua });
    this.#redis = redis;
    this.#scripts = redis as unknown as Scripts;
    this.#messages = messages ?? new RedisWakeUps((connection) => redis.duplicate(connection));
    this.#ownsMessages = messages === undefined;
    [this.#journal, this.#followers, this.#incarnation] = [`${prefix}j`, `${prefix}f`, `${prefix}r`];
    this.#callLimitMs = callLimitMs;
    this.#isUsable = isUsable;
  }

  async follow(follower: string, position = ''): Promise<Followed> {
    this.#calls += 1;
    const keys = [this.#journal, this.#followers, this.#incarnation];
    const [isComplete, end, entries] = await this.#call(() =>
      this.#scripts.cacheFollow(3, ...keys, follower, position, this.#calls, MOST_RETURNED),
    );
    const announcements = entries.map(([, [, text]]) => announcementOf(text));
    return { isComplete: isComplete === 1, position: end, announcements };
  }

  async behind(position: string, silent: Marks): Promise<Marks> {
    const found = await this.#call(() =>
      this.#scripts.cacheBehind(1, this.#followers, position, ...[...silent].flat()),
    );
    return new Map(
      found.flatMap((follower, index) => (index % 2 === 0 ? [[follower, found[index + 1]!]] : [])),
    );
  }

  async leave(follower: string): Promise<void> {
    await this.#call(() => this.#scripts.cacheLeave(1, this.#followers, follower));
  }

  onAnnounced(wake: () => void): () => void {
    return this.#messages.subscribe(this.#journal, wake);
  }

  onCaughtUp(wake: () => void): () => void {
    return this.#messages.subscribe(this.#followers, wake);
  }

  /** Closes the connection for messages, if it belongs to this journal. The other one belongs to the caller. */
  close(): void {
    if (this.#ownsMessages) this.#messages.close();
  }

  async #call<T>(call: () => Promise<T>): Promise<T> {
    if (!this.#isUsable()) throw new TierUnavailableError();
    try {
      return await withinDeadline(call(), this.#callLimitMs, () => new TierUnavailableError());
    } catch (error) {
      // Without its keys, every follower starts again. The caller gets the first error, and calls again.
      if (kindOf(error) === 'foreign')
        this.#redis.unlink(this.#journal, this.#followers).catch(() => undefined);
      throw error;
    }
  }
}

/** What this library has not written may stand for anything: L1 is emptied. */
function announcementOf(text: string): Announcement {
  try {
    const announcement = JSON.parse(text) as Announcement;
    const { kind, keys = [], tags = [] } = announcement;
    if ((kind === 'invalidate' || kind === 'expire') && isTexts(keys) && isTexts(tags)) return announcement;
  } catch {
    // It is not JSON.
  }
  return { kind: 'invalidate', everything: true };
}

function isTexts(names: unknown): boolean {
  return Array.isArray(names) && names.every((name) => typeof name === 'string');
}
