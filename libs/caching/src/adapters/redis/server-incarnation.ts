import { randomUUID } from 'node:crypto';
import { type Redis } from 'ioredis';
import { type ForeignKeys } from './foreign-keys.ts';
import { type RedisKeys } from './redis-keys.ts';
import { type RedisScripts } from './redis-scripts.ts';

/** Longer than a cache is left unused. */
const IDENTITY_MS = 365 * 86_400_000;

/** Recognizes a server that was restarted or replaced: it may have lost invalidations. */
export class ServerIncarnation {
  readonly #redis: Redis;
  readonly #scripts: RedisScripts;
  readonly #keys: RedisKeys;
  readonly #foreign: ForeignKeys;
  /** The incarnation of the server that this process has used last. */
  #known = '';

  constructor(redis: Redis, scripts: RedisScripts, keys: RedisKeys, foreign: ForeignKeys) {
    this.#redis = redis;
    this.#scripts = scripts;
    this.#keys = keys;
    this.#foreign = foreign;
  }

  /** Empties such a server, once for all processes. */
  async recover(): Promise<void> {
    const { incarnation, everything, feed, journal } = this.#keys;
    const names = [incarnation, everything, feed, ...journal];
    const known = [await this.#identity(), this.#known, randomUUID(), IDENTITY_MS];
    this.#known = await this.#foreign.healing(names, () =>
      this.#scripts.cacheRecover(names.length, ...names, ...known),
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
}
