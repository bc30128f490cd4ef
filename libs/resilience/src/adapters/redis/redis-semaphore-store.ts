import { Redis } from 'ioredis';
import {
  type PermitAnswer,
  type PermitRequest,
  type SemaphoreStore,
  SemaphoreStoreUnavailable,
} from '../../semaphore/semaphore-store.ts';
import { FailFastRedis, type FailFastRedisOptions, type RedisScript } from './fail-fast-redis.ts';
import { RedisWakeUps } from './redis-wake-ups.ts';
import { ACQUIRE, RELEASE, RENEW } from './semaphore.scripts.ts';

export interface RedisSemaphoreStoreOptions extends FailFastRedisOptions {
  /** Separates the semaphores of applications that share a Redis. Default: `semaphore`. */
  readonly keyPrefix?: string;
}

/** Permits that all processes share which use the same Redis. Use one that does not evict. Each call is one script. */
export class RedisSemaphoreStore implements SemaphoreStore {
  readonly #redis: FailFastRedis;
  readonly #releases: RedisWakeUps;
  readonly #keyPrefix: string;

  constructor({ keyPrefix = 'semaphore', ...connection }: RedisSemaphoreStoreOptions) {
    this.#keyPrefix = keyPrefix;
    this.#redis = new FailFastRedis(connection);
    this.#releases = new RedisWakeUps((options) => new Redis(connection.url, options));
  }

  async acquire({ name, holder, permits, leaseMs }: PermitRequest): Promise<PermitAnswer> {
    const keys = [this.#keyOf(name), `${this.#keyOf(name)}:token`];
    const [granted, value] = (await this.#run(ACQUIRE, keys, [holder, permits, leaseMs])) as [number, number];
    return granted === 1 ? { granted: true, token: value } : { granted: false, freeInMs: value };
  }

  async renew(name: string, holder: string, leaseMs: number): Promise<boolean> {
    return (await this.#run(RENEW, [this.#keyOf(name)], [holder, leaseMs])) === 1;
  }

  async release(name: string, holder: string): Promise<void> {
    await this.#run(RELEASE, [this.#keyOf(name)], [holder, this.#keyOf(name)]);
  }

  onRelease(name: string, wake: () => void): () => void {
    return this.#releases.subscribe(this.#keyOf(name), wake);
  }

  async close(): Promise<void> {
    this.#redis.close();
    this.#releases.close();
  }

  /** The key of the holders, and the name of the channel. The braces are a hash tag: they keep both keys of a semaphore together. */
  #keyOf(name: string): string {
    return `${this.#keyPrefix}:{${name}}`;
  }

  async #run(script: RedisScript, keys: readonly string[], args: readonly (string | number)[]) {
    try {
      return await this.#redis.runScript(script, keys, args);
    } catch (cause) {
      throw new SemaphoreStoreUnavailable('Redis did not answer about a permit', { cause });
    }
  }
}
