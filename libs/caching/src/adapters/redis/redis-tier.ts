import { randomUUID } from 'node:crypto';
import { type Redis } from 'ioredis';
import { type Entry } from '../../tiers/entry.ts';
import { freezeJson } from '../../tiers/freeze-json.ts';
import { type Claim, type Invalidation, type LeasingTier } from '../../tiers/tier.ts';
import { CLAIM, FENCE, INVALIDATE, READ, RELEASE, WRITE } from './scripts.ts';

/** A lease, and the tokens that were current when it was granted. */
export interface RedisFence {
  readonly id: string;
  readonly tokens: string;
}

type Found = [state: 'hit', value: string, tags: string, ttlMs: number];
type Granted = [state: 'granted', tokens: string];
type Script<Reply> = (keyCount: number, ...keysAndArguments: (string | number)[]) => Promise<Reply>;

interface Scripts {
  cacheRead: Script<Found | null>;
  cacheClaim: Script<Found | Granted | ['busy']>;
  cacheFence: Script<Granted>;
  cacheWrite: Script<0 | 1>;
  cacheRelease: Script<null>;
  cacheInvalidate: Script<null>;
}

const SCRIPTS: Record<keyof Scripts, string> = {
  cacheRead: READ,
  cacheClaim: CLAIM,
  cacheFence: FENCE,
  cacheWrite: WRITE,
  cacheRelease: RELEASE,
  cacheInvalidate: INVALIDATE,
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
  readonly #scripts: Scripts;
  readonly #prefix: string;

  constructor(redis: Redis, prefix: string) {
    for (const [name, lua] of Object.entries(SCRIPTS)) redis.defineCommand(name, { lua });
    this.#scripts = redis as unknown as Scripts;
    this.#prefix = prefix;
  }

  async read(key: string): Promise<Entry | undefined> {
    const found = await this.#scripts.cacheRead(1, this.#value(key));
    return found === null ? undefined : entryOf(found);
  }

  async claim(key: string, tags: readonly string[], leaseMs: number): Promise<Claim<RedisFence>> {
    const id = randomUUID();
    const keys = this.#keysOf(key, tags);
    const reply = await this.#scripts.cacheClaim(keys.length, ...keys, id, leaseMs);
    if (reply[0] === 'hit') return { state: 'hit', entry: entryOf(reply) };
    if (reply[0] === 'granted') return { state: 'granted', fence: { id, tokens: reply[1] } };
    return { state: 'busy' };
  }

  async fence(key: string, tags: readonly string[]): Promise<RedisFence> {
    const id = randomUUID();
    const keys = this.#keysOf(key, tags);
    const [, tokens] = await this.#scripts.cacheFence(keys.length, ...keys, id, FENCE_MS);
    return { id, tokens };
  }

  async write(key: string, entry: Entry, { id, tokens }: RedisFence): Promise<boolean> {
    const value = JSON.stringify(entry.value);
    const tags = JSON.stringify(entry.tags);
    const ttlMs = Math.floor(entry.ttlMs);
    const keys = [this.#value(key), this.#lease(key)];
    return (await this.#scripts.cacheWrite(2, ...keys, id, tokens, value, tags, ttlMs)) === 1;
  }

  async release(key: string, { id }: RedisFence): Promise<void> {
    await this.#scripts.cacheRelease(1, this.#lease(key), id);
  }

  async invalidate({ keys = [], tags = [], everything = false, once }: Invalidation): Promise<void> {
    const names = [
      ...keys.flatMap((key) => [this.#value(key), this.#lease(key)]),
      ...tags.map((tag) => this.#token(tag)),
      ...(everything ? [this.#everything()] : []),
      ...(once === undefined ? [] : [`${this.#prefix}o:${once}`]),
    ];
    await this.#scripts.cacheInvalidate(names.length, ...names, once === undefined ? 0 : ONCE_MS);
  }

  #keysOf(key: string, tags: readonly string[]): string[] {
    return [this.#value(key), this.#lease(key), this.#everything(), ...tags.map((tag) => this.#token(tag))];
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

function entryOf([, value, tags, ttlMs]: Found): Entry {
  return { value: freezeJson(value), size: value.length, tags: JSON.parse(tags) as string[], ttlMs };
}
