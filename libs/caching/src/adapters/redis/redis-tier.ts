import { createHash, randomUUID } from 'node:crypto';
import { RedisWakeUps } from '@groundwork/resilience/redis';
import { type Redis } from 'ioredis';
import { TierFullError } from '../../errors/tier-full.error.ts';
import { type Entry, hasTags } from '../../tiers/entry.ts';
import { type Announcement } from '../../invalidation/journal.ts';
import {
  type Announced,
  type Change,
  type Claim,
  type Invalidation,
  type LeasingTier,
  type Put,
} from '../../tiers/tier.ts';
import { type Codec } from '../../codecs/codec.ts';
import { NotEncodableError } from '../../errors/not-encodable.error.ts';
import { CodecReader } from '../../codecs/codec-reader.ts';
import { JSON_CODEC } from '../../codecs/json.codec.ts';
import { kindOf } from './reply-errors.ts';
import { CLAIM, EXPIRE, FENCE, INVALIDATE, PUT, READ, RECOVER, RELEASE, WRITE } from './scripts.ts';

/** A lease, and the tokens that were current when it was granted. */
export interface RedisFence {
  readonly id: string;
  readonly tags: readonly string[];
  readonly tokens: string;
}

type Stored = [value: Buffer, tags: Buffer, ttlMs: number, staleMs: number, loadMs: number];
type Claimed = [state: Buffer, detail: Buffer | number, ...entry: Stored | []];
type Script<Reply> = (
  keyCount: number,
  ...keysAndArguments: (string | number | Uint8Array)[]
) => Promise<Reply>;

interface Scripts {
  cacheReadBuffer: Script<Stored | null>;
  cacheClaimBuffer: Script<Claimed>;
  cacheFence: Script<string>;
  cacheWrite: Script<0 | 1>;
  cacheRelease: Script<null>;
  cachePut: Script<[Put['outcome'], position: string]>;
  cacheInvalidate: Script<string>;
  cacheExpire: Script<string>;
  cacheRecover: Script<string>;
}

const SCRIPTS = {
  cacheRead: READ,
  cacheClaim: CLAIM,
  cacheFence: FENCE,
  cacheWrite: WRITE,
  cacheRelease: RELEASE,
  cachePut: PUT,
  cacheInvalidate: INVALIDATE,
  cacheExpire: EXPIRE,
  cacheRecover: RECOVER,
};

/** The longest time between the fence and the write of `set`, which runs no loader. */
const FENCE_MS = 5_000;
/** Longer than the time between the first and the last process that is notified of a change. */
const ONCE_MS = 60_000;
/** A version is known for at least this long after its entry: longer than a writer takes between its source and `put`. */
const VERSION_MS = 60_000;
/** A process that starts later than this after the last one empties L2. */
const FEED_MS = 86_400_000;
/** Longer than a cache is left unused. */
const IDENTITY_MS = 365 * 86_400_000;
/** An announcement that is longer empties L1 instead: the journal stays small. */
const LONGEST_ANNOUNCEMENT = 4_096;

/**
 * The tier in Redis. Each method runs one script, in one round trip. It has no time limits: put it behind a `GuardedTier`,
 * as `connectRedisTier` does.
 */
export class RedisTier implements LeasingTier<RedisFence> {
  readonly #redis: Redis;
  readonly #loadEnds: RedisWakeUps;
  readonly #scripts: Scripts;
  readonly #prefix: string;
  readonly #codec: Codec;
  readonly #reader: CodecReader;
  /** The incarnation of the server that this process has used last. */
  #incarnation = '';

  /** @param codec writes values; those of other processes are read if it knows their codec, or if they are JSON */
  constructor(redis: Redis, prefix: string, codec = JSON_CODEC) {
    this.#codec = codec;
    this.#reader = new CodecReader([JSON_CODEC, codec]);
    for (const [name, lua] of Object.entries(SCRIPTS)) redis.defineCommand(name, { lua });
    this.#redis = redis;
    this.#loadEnds = new RedisWakeUps((options) => redis.duplicate(options));
    this.#scripts = redis as unknown as Scripts;
    this.#prefix = prefix;
  }

  read(key: string): Promise<Entry | undefined> {
    return this.#healing([this.#value(key)], async () => {
      const found = await this.#scripts.cacheReadBuffer(1, this.#value(key));
      return found === null ? undefined : this.#entryOf(found);
    });
  }

  /** @throws {TierFullError} when there is no fresh entry, and no memory for the lease */
  async claim(
    key: string,
    tags: readonly string[],
    leaseMs: number,
    freshForMs = 0,
  ): Promise<Claim<RedisFence>> {
    try {
      return await this.#claim(key, tags, leaseMs, freshForMs);
    } catch (error) {
      if (!(error instanceof TierFullError)) throw error;
      const entry = await this.read(key);
      if (entry === undefined || entry.freshMs <= freshForMs || !hasTags(entry, tags)) throw error;
      return { state: 'hit', entry };
    }
  }

  /** @throws {TierFullError} */
  fence(key: string, tags: readonly string[]): Promise<RedisFence> {
    const keys = [...this.#keysOf(key, tags), ...this.#journal()];
    return this.#healing(keys, async () => {
      const id = randomUUID();
      return { id, tags, tokens: await this.#scripts.cacheFence(keys.length, ...keys, id, FENCE_MS) };
    });
  }

  /** @throws {TierFullError} The lease has ended then. */
  async write(key: string, entry: Entry, { id, tags, tokens }: RedisFence): Promise<boolean> {
    const late = entry.tags.filter((tag) => !tags.includes(tag));
    const keys = [this.#value(key), this.#lease(key), this.#stream(), ...late.map((tag) => this.#token(tag))];
    const fields = [JSON.stringify(late), id, tokens, ...(await this.#fieldsOf(key, entry, id))];
    const written = await this.#healing(keys, () =>
      this.#scripts.cacheWrite(keys.length, ...keys, ...fields),
    );
    return written === 1;
  }

  /** @throws {TierFullError} The lease has ended then. */
  async put(key: string, entry: Entry, { id, tokens }: RedisFence, change: Change): Promise<Put> {
    const { by, version = '' } = change;
    const keys = [this.#value(key), this.#lease(key), this.#version(key)];
    const announcement = announcementOf('invalidate', { keys: [key], by });
    const fields = [announcement, version, VERSION_MS, id, tokens, ...(await this.#fieldsOf(key, entry, id))];
    return this.#healing(keys, async () => {
      const [outcome, position] = await this.#scripts.cachePut(5, ...keys, ...this.#journal(), ...fields);
      return { outcome, ...announced(position) };
    });
  }

  release(key: string, { id }: Pick<RedisFence, 'id'>): Promise<void> {
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

  async invalidate(target: Invalidation): Promise<Announced> {
    const { keys = [], tags = [], everything = false, once, version } = target;
    const versions = version === undefined ? [] : keys.map((key) => this.#version(key));
    const names = [
      ...keys.flatMap((key) => [this.#value(key), this.#lease(key)]),
      ...tags.map((tag) => this.#token(tag)),
      ...(everything ? [this.#everything()] : []),
    ];
    const marker = once === undefined ? [] : [this.#marker('invalidate', once, names)];
    const all = [...versions, ...names, ...marker, ...this.#journal()];
    const change = [marker.length * ONCE_MS, announcementOf('invalidate', target)];
    const remembered = [versions.length, version ?? 0, VERSION_MS];
    return this.#healing(all, async () =>
      announced(await this.#scripts.cacheInvalidate(all.length, ...all, ...change, ...remembered)),
    );
  }

  async expire(target: Invalidation): Promise<Announced> {
    const { keys = [], tags = [], everything = false, once } = target;
    const tokens = [...tags.map((tag) => this.#token(tag)), ...(everything ? [this.#everything()] : [])];
    const values = keys.map((key) => this.#value(key));
    const names = [...tokens, ...values, ...keys.map((key) => this.#lease(key))];
    const marker = once === undefined ? [] : [this.#marker('expire', once, names)];
    const all = [...names, ...marker, ...this.#journal()];
    const change = [marker.length * ONCE_MS, announcementOf('expire', target), randomUUID()];
    try {
      return announced(
        await this.#scripts.cacheExpire(all.length, ...all, ...change, tokens.length, values.length),
      );
    } catch (error) {
      if (kindOf(error) === 'outage') throw error;
      // What cannot be marked as stale is removed.
      return this.invalidate(target);
    }
  }

  async feedPosition(): Promise<string | undefined> {
    return this.#healing([this.#feed()], async () => (await this.#redis.get(this.#feed())) ?? undefined);
  }

  async recordFeedPosition(position: string): Promise<void> {
    await this.#healing([this.#feed()], () => this.#redis.set(this.#feed(), position, 'PX', FEED_MS));
  }

  /** Empties a server that was restarted or replaced, once for all processes: it may have lost invalidations. */
  async recover(): Promise<void> {
    const keys = [`${this.#prefix}r`, this.#everything(), this.#feed(), ...this.#journal()];
    const identity = await this.#identity();
    const known = [identity, this.#incarnation, randomUUID(), IDENTITY_MS];
    this.#incarnation = await this.#healing(keys, () =>
      this.#scripts.cacheRecover(keys.length, ...keys, ...known),
    );
  }

  /** A restart changes the first part, a promotion to primary the second. Without permission to read them, every connection is a new server. */
  async #identity(): Promise<string> {
    try {
      const information = await Promise.all([this.#redis.info('server'), this.#redis.info('replication')]);
      const [, run] = /^run_id:(\w+)/m.exec(information[0]) ?? [];
      const [, replication] = /^master_replid:(\w+)/m.exec(information[1]) ?? [];
      return `${run ?? randomUUID()}:${replication}`;
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('NOPERM')) return randomUUID();
      throw error;
    }
  }

  #claim(
    key: string,
    tags: readonly string[],
    leaseMs: number,
    freshForMs: number,
  ): Promise<Claim<RedisFence>> {
    const keys = [...this.#keysOf(key, tags), ...this.#journal()];
    return this.#healing(keys, async () => {
      const id = randomUUID();
      const claimed = await this.#scripts.cacheClaimBuffer(keys.length, ...keys, id, leaseMs, freshForMs);
      const [state, detail, ...stored] = claimed;
      const entry = stored.length === 0 ? undefined : await this.#entryOf(stored);
      if (String(state) === 'granted')
        return { state: 'granted', fence: { id, tags, tokens: String(detail) }, stale: entry };
      if (String(state) === 'hit') return { state: 'hit', entry: entry as Entry };
      return { state: 'busy', leaseEndsInMs: Number(detail), stale: entry };
    });
  }

  /**
   * Does the work. If one of its keys holds something foreign, deletes that and does the work again: the entry is a miss. An intact
   * journal and tokens stay, because other entries depend on them.
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
    const foreign = keys.filter((key, index) => this.#isForeign(key, types[index] as string));
    if (foreign.length > 0) await this.#redis.unlink(...foreign);
  }

  /** Entries and leases are removed whatever they hold. */
  #isForeign(key: string, type: string): boolean {
    const [kind] = key.slice(this.#prefix.length);
    if (kind === 'j') return type !== 'stream';
    if (kind === 'f') return type !== 'hash';
    return kind === 'v' || kind === 'l' || type !== 'string';
  }

  /** Returns value, tags, milliseconds to live, the stale part of them, and those of the load, as the scripts take them. */
  async #fieldsOf(
    key: string,
    { value, tags, ttlMs, freshMs, loadMs = 0 }: Entry,
    leaseId: string,
  ): Promise<(string | number | Uint8Array)[]> {
    const times = [Math.floor(ttlMs), Math.ceil(ttlMs - freshMs), loadMs];
    try {
      const { buffer, byteOffset, byteLength } = await this.#codec.encode(value);
      // The driver writes other byte arrays as text.
      return [Buffer.from(buffer, byteOffset, byteLength), JSON.stringify(tags), ...times];
    } catch (cause) {
      // Other processes must not wait for an entry that never comes.
      await this.release(key, { id: leaseId });
      throw new NotEncodableError({ cause });
    }
  }

  async #entryOf([bytes, tags, ttlMs, staleMs, loadMs]: Stored): Promise<Entry> {
    const value = await this.#reader.decode(bytes);
    return { value, tags: JSON.parse(String(tags)) as string[], ttlMs, freshMs: ttlMs - staleMs, loadMs };
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

  #version(key: string): string {
    return `${this.#prefix}n:${key}`;
  }

  #lease(key: string): string {
    return `${this.#prefix}l:${key}`;
  }

  #token(tag: string): string {
    return `${this.#prefix}t:${tag}`;
  }

  #journal(): string[] {
    return [this.#stream(), `${this.#prefix}f`];
  }

  #stream(): string {
    return `${this.#prefix}j`;
  }

  #feed(): string {
    return `${this.#prefix}p`;
  }

  #everything(): string {
    return `${this.#prefix}e`;
  }
}

function announcementOf(kind: Announcement['kind'], { keys, tags, everything, by }: Invalidation): string {
  const full: Announcement = { kind, keys, tags, everything, by };
  const text = JSON.stringify(full);
  return text.length <= LONGEST_ANNOUNCEMENT
    ? text
    : JSON.stringify({ kind: 'invalidate', everything: true, by } satisfies Announcement);
}

function announced(position: string): Announced {
  return { position: position === '' ? undefined : position };
}
