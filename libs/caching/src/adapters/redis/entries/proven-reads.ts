import { TurnBatches } from '@groundwork/resilience';
import { type Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { type Entry } from '../../../tiers/entry.ts';
import { type RedisKeys } from '../redis-keys.ts';
import { storedEntryOf } from './stored-entry.ts';

/**
 * With more, Redis and this process would wait for each other: while Redis answers one command, the process decodes the answers of another.
 * It also bounds how long a command occupies Redis.
 */
const READS_AT_ONCE = 32;
/** Characters of all names that are remembered. */
const MOST_REMEMBERED = 1_048_576;

interface Read {
  readonly key: string;
  /** The names of the tokens on which the entry must depend. */
  readonly tokens: readonly string[];
}

/**
 * Reads the entries of one turn of the event loop with one MGET, which also reads the tokens that they depend on.
 *
 * MGET is atomic. An entry was valid at its moment if each token that it recorded is in the same answer and unchanged; and that moment is
 * later than the call. In every other case the answer is `undefined`. It proves nothing, and the caller asks a script: there may be no entry,
 * a changed token, other tags than the caller expects, or something foreign.
 *
 * A read that is alone in its turn gets `undefined` without a command. A script answers it in one round trip too, and a miss then needs no
 * second one.
 */
export class ProvenReads {
  readonly #redis: Redis;
  readonly #keys: RedisKeys;
  readonly #batches = new TurnBatches((reads: readonly Read[]) => this.#readAll(reads), READS_AT_ONCE);
  /** The token names of entries that depend on more than their callers expect. They say what to read, so they may be outdated. */
  readonly #namesOf = new LRUCache<string, readonly string[]>({
    maxSize: MOST_REMEMBERED,
    sizeCalculation: (names, key) => names.reduce((sum, name) => sum + name.length, key.length),
  });

  constructor(redis: Redis, keys: RedisKeys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  /** Returns the entry, with the bytes of its value, if it provably depends on all of these tags and is valid. It may be stale. */
  read(key: string, tags: readonly string[]): Promise<Entry | undefined> {
    return this.#batches.add({ key, tokens: this.#keys.tokens(tags) });
  }

  async #readAll(reads: readonly Read[]): Promise<readonly (Entry | undefined)[]> {
    if (reads.length === 1) return [undefined];
    const names = reads.map(({ key }) => this.#keys.value(key));
    const places = new Map<string, number>();
    const add = (name: string) => {
      if (!places.has(name)) places.set(name, names.push(name) - 1);
    };
    for (const { key, tokens } of reads) {
      for (const name of tokens) add(name);
      for (const name of this.#namesOf.get(key) ?? []) add(name);
    }
    const [nowMs, found] = await this.#snapshot(names);
    const current = new Map<string, string | undefined>();
    for (const [name, place] of places) current.set(name, found[place]?.toString());
    return reads.map((read, index) => this.#proven(read, found[index], current, nowMs));
  }

  /**
   * Returns the time of Redis and the values of the keys. The time is read first. So a life that is counted from before the call ends
   * before that of the key, whatever the clock of this process shows.
   */
  async #snapshot(names: readonly string[]): Promise<[nowMs: number, values: readonly (Buffer | null)[]]> {
    const answers = await this.#redis
      .pipeline()
      .time()
      .mgetBuffer(...names)
      .exec();
    const [[timeError, time], [error, values]] = answers as [
      [Error | null, string[]],
      [Error | null, Buffer[]],
    ];
    if (timeError ?? error) throw timeError ?? error;
    return [Number(time[0]) * 1_000 + Math.floor(Number(time[1]) / 1_000), values];
  }

  #proven(
    { key, tokens }: Read,
    bytes: Buffer | null | undefined,
    current: ReadonlyMap<string, string | undefined>,
    nowMs: number,
  ): Entry | undefined {
    const entry = bytes ? storedEntryOf(bytes) : undefined;
    if (entry === undefined || !tokens.every((name) => entry.tokens.includes(name))) return undefined;
    for (let place = 0; place < entry.tokens.length; place += 2) {
      const name = entry.tokens[place] as string;
      if (!current.has(name)) {
        this.#namesOf.set(
          key,
          entry.tokens.filter((_token, index) => index % 2 === 0),
        );
        return undefined;
      }
      if (current.get(name) !== entry.tokens[place + 1]) return undefined;
    }
    const { value, tags, loadMs } = entry;
    const ttlMs = entry.expiresAtMs - nowMs;
    return ttlMs > 0 ? { value, tags, ttlMs, freshMs: ttlMs - entry.staleMs, loadMs } : undefined;
  }
}
