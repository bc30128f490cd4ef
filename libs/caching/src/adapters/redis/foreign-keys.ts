import { type Redis } from 'ioredis';
import { TierFullError } from '../../errors/tier-full.error.ts';
import { type RedisKeys } from './redis-keys.ts';
import { kindOf } from './reply-errors.ts';

/** Removes what others have written to the keys of a tier. */
export class ForeignKeys {
  readonly #redis: Redis;
  readonly #keys: RedisKeys;

  constructor(redis: Redis, keys: RedisKeys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  /**
   * Does the work. If one of its keys holds something foreign, deletes that and does the work again: the entry is a miss. An intact
   * journal and tokens stay, because other entries depend on them.
   *
   * @throws {TierFullError} when Redis has no memory for a write
   */
  async healing<T>(names: readonly string[], work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const kind = kindOf(error);
      if (kind === 'full') throw new TierFullError({ cause: error });
      if (kind !== 'foreign') throw error;
      await this.#remove(names);
      return work();
    }
  }

  async #remove(names: readonly string[]): Promise<void> {
    const types = await Promise.all(names.map((name) => this.#redis.type(name)));
    const foreign = names.filter((name, index) => this.#keys.isForeign(name, types[index] as string));
    if (foreign.length > 0) await this.#redis.unlink(...foreign);
  }
}
