import { createHash, randomUUID } from 'node:crypto';
import { RedisWakeUps } from '@groundwork/resilience/redis';
import { type Redis } from 'ioredis';
import { TierFullError } from '../../errors/tier-full.error.ts';
import { type Entry, hasTags } from '../../tiers/entry.ts';
import { type Claim, type Invalidation, type LeasingTier } from '../../tiers/tier.ts';
import { freezeJson } from '../../values/freeze-json.ts';
import { kindOf } from './reply-errors.ts';
import { CLAIM, EXPIRE, FENCE, INVALIDATE, READ, RELEASE, WRITE } from './scripts.ts';

/** A lease, and the tokens that were current when it was granted. */
export interface RedisFence {
  readonly id: string;
  readonly tokens: string;
}

type Stored = [value: string, tags: string, ttlMs: number, staleMs: number];
type Claimed =
  | [state: 'hit', detail: string, ...entry: Stored]
  | [state: 'granted', tokens: string, ...entry: Stored | []]
  | [state: 'busy', leaseEndsInMs: number, ...entry: Stored | []];
type Script<Reply> = (keyCount: number, ...keysAndArguments: (string | number)[]) => Promise<Reply>;

interface Scripts {
  cacheRead: Script<Stored | null>;
  cacheClaim: Script<Claimed>;
  cacheFence: Script<string>;
  cacheWrite: Script<0 | 1>;
  cacheRelease: Script<null>;
  cacheInvalidate: Script<null>;
  cacheExpire: Script<null>;
}

const SCRIPTS: Record<keyof Scripts, string> = {
  cacheRead: READ,
  cacheClaim: CLAIM,
  cacheFence: FENCE,
  cacheWrite: WRITE,
  cacheRelease: RELEASE,
  cacheInvalidate: INVALIDATE,
  cacheExpire: EXPIRE,
};

/** The longest time between the fence and the write of `set`, which runs no loader. */
const FENCE_MS = 5_000;
/** Longer than the time between the first and the last process that is notified of a change. */
const ONCE_MS = 60_000;

/**
 * The tier in Redis. Each method runs one script, in one round trip. It has no time limits: put it behind a `GuardedTier`,
 * as `connectRedisTier` does.
 */
export class RedisTier implements LeasingTier<RedisFence> {
  readonly #redis: Redis;
  readonly #loadEnds: RedisWakeUps;
  readonly #scripts: Scripts;
  readonly #prefix: string;

  constructor(redis: Redis, prefix: string) {
    for (const [name, lua] of Object.entries(SCRIPTS)) redis.defineCommand(name, { lua });
    this.#redis = redis;
    this.#loadEnds = new RedisWakeUps((options) => redis.duplicate(options));
    this.#scripts = redis as unknown as Scripts;
    this.#prefix = prefix;
  }

  read(key: string): Promise<Entry | undefined> {
    return this.#healing([this.#value(key)], async () => {
      const found = await this.#scripts.cacheRead(1, this.#value(key));
      return found === null ? undefined : entryOf(found);
    });
  }

  /** @throws {TierFullError} when there is no fresh entry, and no memory for the lease */
  async claim(key: string, tags: readonly string[], leaseMs: number): Promise<Claim<RedisFence>> {
    try {
      return await this.#claim(key, tags, leaseMs);
    } catch (error) {
      if (!(error instanceof TierFullError)) throw error;
      const entry = await this.read(key);
      if (entry === undefined || entry.freshMs <= 0 || !hasTags(entry, tags)) throw error;
      return { state: 'hit', entry };
    }
  }

  /** @throws {TierFullError} */
  fence(key: string, tags: readonly string[]): Promise<RedisFence> {
    const [id, keys] = [randomUUID(), this.#keysOf(key, tags)];
    return this.#healing(keys, async () => {
      return { id, tokens: await this.#scripts.cacheFence(keys.length, ...keys, id, FENCE_MS) };
    });
  }

  /** @throws {TierFullError} The lease has ended then. */
  write(key: string, entry: Entry, { id, tokens }: RedisFence): Promise<boolean> {
    const value = JSON.stringify(entry.value);
    const tags = JSON.stringify(entry.tags);
    const ttlMs = Math.floor(entry.ttlMs);
    const staleMs = Math.ceil(entry.ttlMs - entry.freshMs);
    const keys = [this.#value(key), this.#lease(key)];
    return this.#healing(
      keys,
      async () => (await this.#scripts.cacheWrite(2, ...keys, id, tokens, value, tags, ttlMs, staleMs)) === 1,
    );
  }

  release(key: string, { id }: RedisFence): Promise<void> {
    return this.#healing([this.#lease(key)], async () => {
      await this.#scripts.cacheRelease(1, this.#lease(key), id);
    });
  }

  onLoadEnded(key: string, wake: () => void): () => void {
    return this.#loadEnds.subscribe(this.#lease(key), wake);
  }

  /** Closes the connection for `onLoadEnded`. The other one belongs to the caller. */
  close(): void {
    this.#loadEnds.close();
  }

  async invalidate({ keys = [], tags = [], everything = false, once }: Invalidation): Promise<void> {
    const names = [
      ...keys.flatMap((key) => [this.#value(key), this.#lease(key)]),
      ...tags.map((tag) => this.#token(tag)),
      ...(everything ? [this.#everything()] : []),
    ];
    const remove = () => this.#scripts.cacheInvalidate(names.length, ...names, 0);
    if (once === undefined) return void (await remove());
    try {
      const marker = this.#marker('invalidate', once, names);
      await this.#scripts.cacheInvalidate(names.length + 1, ...names, marker, ONCE_MS);
    } catch (error) {
      // Without memory for the marker, every process that is notified of the change removes the entries.
      if (kindOf(error) !== 'full') throw error;
      await remove();
    }
  }

  async expire(target: Invalidation): Promise<void> {
    const { keys = [], tags = [], everything = false, once } = target;
    const tokens = [...tags.map((tag) => this.#token(tag)), ...(everything ? [this.#everything()] : [])];
    const values = keys.map((key) => this.#value(key));
    const names = [...tokens, ...values, ...keys.map((key) => this.#lease(key))];
    if (once !== undefined) names.push(this.#marker('expire', once, names));
    const counts = [tokens.length, values.length, once === undefined ? 0 : ONCE_MS];
    try {
      await this.#scripts.cacheExpire(names.length, ...names, randomUUID(), ...counts);
    } catch (error) {
      if (kindOf(error) === 'outage') throw error;
      // What cannot be marked as stale is removed, whether or not the change is already marked as applied.
      await this.invalidate({ keys, tags, everything });
    }
  }

  #claim(key: string, tags: readonly string[], leaseMs: number): Promise<Claim<RedisFence>> {
    const [id, keys] = [randomUUID(), this.#keysOf(key, tags)];
    return this.#healing(keys, async () => {
      const [state, detail, ...stored] = await this.#scripts.cacheClaim(keys.length, ...keys, id, leaseMs);
      const entry = stored.length === 0 ? undefined : entryOf(stored);
      if (state === 'hit') return { state, entry: entry as Entry };
      if (state === 'granted') return { state, fence: { id, tokens: String(detail) }, stale: entry };
      return { state, leaseEndsInMs: Number(detail), stale: entry };
    });
  }

  /**
   * Does the work. If one of its keys holds something foreign, deletes that and does the work again: the entry is a miss. Intact
   * tokens stay, because other entries depend on them.
   */
  async #healing<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const kind = kindOf(error);
      if (kind === 'full') throw new TierFullError({ cause: error });
      if (kind !== 'foreign') throw error;
      await this.#removeForeign(keys);
      return work();
    }
  }

  async #removeForeign(keys: readonly string[]): Promise<void> {
    const types = await Promise.all(keys.map((key) => this.#redis.type(key)));
    const foreign = keys.filter((key, index) => !this.#isToken(key) || types[index] !== 'string');
    await this.#redis.unlink(...foreign);
  }

  #isToken(key: string): boolean {
    return key === this.#everything() || key.startsWith(this.#token(''));
  }

  #keysOf(key: string, tags: readonly string[]): string[] {
    return [this.#value(key), this.#lease(key), this.#everything(), ...tags.map((tag) => this.#token(tag))];
  }

  /** One change may remove some entries and expire others, in several calls: each of them is applied once. */
  #marker(call: string, once: string, names: readonly string[]): string {
    const digest = createHash('sha1').update(JSON.stringify(names)).digest('base64url');
    return `${this.#prefix}o:${call}:${once}:${digest}`;
  }

  #value(key: string): string {
    return `${this.#prefix}v:${key}`;
  }

  #lease(key: string): string {
    return `${this.#prefix}l:${key}`;
  }

  #token(tag: string): string {
    return `${this.#prefix}t:${tag}`;
  }

  #everything(): string {
    return `${this.#prefix}e`;
  }
}

function entryOf([value, tags, ttlMs, staleMs]: Stored): Entry {
  return { value: freezeJson(value), tags: JSON.parse(tags) as string[], ttlMs, freshMs: ttlMs - staleMs };
}
