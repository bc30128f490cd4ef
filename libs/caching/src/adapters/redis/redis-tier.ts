import { randomUUID } from 'node:crypto';
import { RedisWakeUps } from '@groundwork/resilience/redis';
import { type Redis } from 'ioredis';
import { TierFullError } from '../../errors/tier-full.error.ts';
import { type Entry, hasTags } from '../../tiers/entry.ts';
import {
  type Announced,
  type Change,
  type Claim,
  type Invalidation,
  type LeasingTier,
  type Put,
} from '../../tiers/tier.ts';
import { ProvenReads } from './entries/proven-reads.ts';
import { ForeignKeys } from './foreign-keys.ts';
import { announced, announcementOf, RedisInvalidations, VERSION_MS } from './redis-invalidations.ts';
import { RedisKeys } from './redis-keys.ts';
import { type RedisScripts, type ScriptEntry, scriptsOf } from './redis-scripts.ts';
import { ServerIncarnation } from './server-incarnation.ts';

/** A lease, and the tokens that were current when it was granted. */
export interface RedisFence {
  readonly id: string;
  readonly tags: readonly string[];
  readonly tokens: string;
}

/** The longest time between the fence and the write of `set`, which runs no loader. */
const FENCE_MS = 5_000;
/** A process that starts later than this after the last one empties L2. */
const FEED_MS = 86_400_000;

/**
 * The tier in Redis. The values of its entries are bytes: put it behind a `CodedTier`. It has no time limits: put it behind a
 * `GuardedTier`. `connectRedisTier` does both.
 *
 * Each method runs one script, in one round trip. Reads and claims of one turn of the event loop share a first round trip, which answers
 * those that find a valid entry (`ProvenReads`).
 */
export class RedisTier implements LeasingTier<RedisFence> {
  readonly #redis: Redis;
  readonly #keys: RedisKeys;
  readonly #scripts: RedisScripts;
  readonly #foreign: ForeignKeys;
  readonly #reads: ProvenReads;
  readonly #invalidations: RedisInvalidations;
  readonly #incarnation: ServerIncarnation;
  readonly #messages: RedisWakeUps;
  readonly #ownsMessages: boolean;

  /** @param messages receives the ends of loads; the caller closes it. Default: a connection of this tier */
  constructor(redis: Redis, prefix: string, messages?: RedisWakeUps) {
    this.#redis = redis;
    this.#keys = new RedisKeys(prefix);
    this.#scripts = scriptsOf(redis);
    this.#foreign = new ForeignKeys(redis, this.#keys);
    this.#reads = new ProvenReads(redis, this.#keys);
    this.#invalidations = new RedisInvalidations(this.#scripts, this.#keys, this.#foreign);
    this.#incarnation = new ServerIncarnation(redis, this.#scripts, this.#keys, this.#foreign);
    this.#messages = messages ?? new RedisWakeUps((options) => redis.duplicate(options));
    this.#ownsMessages = messages === undefined;
  }

  async read(key: string): Promise<Entry | undefined> {
    return (await this.#reads.read(key, [])) ?? this.#readByScript(key);
  }

  /** @throws {TierFullError} when there is no fresh entry, and no memory for the lease */
  async claim(
    key: string,
    tags: readonly string[],
    leaseMs: number,
    freshForMs = 0,
  ): Promise<Claim<RedisFence>> {
    const proven = await this.#reads.read(key, tags);
    if (proven !== undefined && proven.freshMs > freshForMs) return { state: 'hit', entry: proven };
    try {
      return await this.#claimByScript(key, tags, leaseMs, freshForMs);
    } catch (error) {
      if (!(error instanceof TierFullError)) throw error;
      const entry = await this.#readByScript(key);
      if (entry === undefined || entry.freshMs <= freshForMs || !hasTags(entry, tags)) throw error;
      return { state: 'hit', entry };
    }
  }

  /** @throws {TierFullError} */
  fence(key: string, tags: readonly string[]): Promise<RedisFence> {
    const names = this.#keys.claim(key, tags);
    return this.#foreign.healing(names, async () => {
      const id = randomUUID();
      return { id, tags, tokens: await this.#scripts.cacheFence(names.length, ...names, id, FENCE_MS) };
    });
  }

  /** @throws {TierFullError} The lease has ended then. */
  async write(key: string, entry: Entry, { id, tags, tokens }: RedisFence): Promise<boolean> {
    const late = entry.tags.filter((tag) => !tags.includes(tag));
    const lateTokens = late.map((tag) => this.#keys.token(tag));
    const names = [this.#keys.value(key), this.#keys.lease(key), this.#keys.stream, ...lateTokens];
    const fields = [JSON.stringify(late), id, tokens, ...fieldsOf(entry)];
    const written = await this.#foreign.healing(names, () =>
      this.#scripts.cacheWrite(names.length, ...names, ...fields),
    );
    return written === 1;
  }

  /** @throws {TierFullError} The lease has ended then. */
  put(key: string, entry: Entry, { id, tokens }: RedisFence, change: Change): Promise<Put> {
    const { by, version = '' } = change;
    const names = [this.#keys.value(key), this.#keys.lease(key), this.#keys.version(key)];
    const announcement = announcementOf('invalidate', { keys: [key], by });
    const fields = [announcement, version, VERSION_MS, id, tokens, ...fieldsOf(entry)];
    return this.#foreign.healing(names, async () => {
      const all = [...names, ...this.#keys.journal];
      const [outcome, position] = await this.#scripts.cachePut(all.length, ...all, ...fields);
      return { outcome, ...announced(position) };
    });
  }

  release(key: string, { id }: RedisFence): Promise<void> {
    const lease = this.#keys.lease(key);
    return this.#foreign.healing([lease], async () => {
      await this.#scripts.cacheRelease(1, lease, id);
    });
  }

  onLoadEnded(key: string, wake: () => void): () => void {
    return this.#messages.subscribe(this.#keys.lease(key), wake);
  }

  /** Closes the connection for messages, if it belongs to this tier. The other one belongs to the caller. */
  close(): void {
    if (this.#ownsMessages) this.#messages.close();
  }

  invalidate(target: Invalidation): Promise<Announced> {
    return this.#invalidations.invalidate(target);
  }

  expire(target: Invalidation): Promise<Announced> {
    return this.#invalidations.expire(target);
  }

  async feedPosition(): Promise<string | undefined> {
    const { feed } = this.#keys;
    return this.#foreign.healing([feed], async () => (await this.#redis.get(feed)) ?? undefined);
  }

  async recordFeedPosition(position: string): Promise<void> {
    const { feed } = this.#keys;
    await this.#foreign.healing([feed], () => this.#redis.set(feed, position, 'PX', FEED_MS));
  }

  /** Empties a server that was restarted or replaced, once for all processes: it may have lost invalidations. */
  recover(): Promise<void> {
    return this.#incarnation.recover();
  }

  #readByScript(key: string): Promise<Entry | undefined> {
    const value = this.#keys.value(key);
    return this.#foreign.healing([value], async () => {
      const found = await this.#scripts.cacheReadBuffer(1, value);
      return found === null ? undefined : entryOf(found);
    });
  }

  #claimByScript(
    key: string,
    tags: readonly string[],
    leaseMs: number,
    freshForMs: number,
  ): Promise<Claim<RedisFence>> {
    const names = this.#keys.claim(key, tags);
    return this.#foreign.healing(names, async () => {
      const id = randomUUID();
      const claimed = await this.#scripts.cacheClaimBuffer(names.length, ...names, id, leaseMs, freshForMs);
      const [state, detail, ...stored] = claimed;
      const entry = stored.length === 0 ? undefined : entryOf(stored);
      if (String(state) === 'granted')
        return { state: 'granted', fence: { id, tags, tokens: String(detail) }, stale: entry };
      if (String(state) === 'hit') return { state: 'hit', entry: entry as Entry };
      return { state: 'busy', leaseEndsInMs: Number(detail), stale: entry };
    });
  }
}

/** Returns value, tags, milliseconds to live, the stale part of them, and those of the load, as the scripts take them. */
function fieldsOf({ value, tags, ttlMs, freshMs, loadMs = 0 }: Entry): (string | number | Uint8Array)[] {
  const { buffer, byteOffset, byteLength } = value as Uint8Array;
  const times = [Math.floor(ttlMs), Math.ceil(ttlMs - freshMs), Math.ceil(loadMs)];
  // The driver writes other byte arrays as text.
  return [Buffer.from(buffer, byteOffset, byteLength), JSON.stringify(tags), ...times];
}

function entryOf([value, tags, ttlMs, staleMs, loadMs]: ScriptEntry): Entry {
  return { value, tags: JSON.parse(String(tags)) as string[], ttlMs, freshMs: ttlMs - staleMs, loadMs };
}
