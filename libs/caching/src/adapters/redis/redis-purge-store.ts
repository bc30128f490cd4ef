import {
  FailFastRedis,
  type FailFastRedisOptions,
  type RedisScript,
  RedisWakeUps,
} from '@groundwork/resilience/redis';
import { Redis } from 'ioredis';
import {
  type ClaimRequest,
  type PurgeClaim,
  type PurgeJob,
  type PurgeStore,
  type Settlement,
} from '../../edge/purge-store.ts';
import { jobIdOf, type PurgeTarget, targetOf } from '../../edge/purge-target.ts';
import { PurgeQueueFullError } from '../../errors/purge-queue-full.error.ts';
import { PurgeStoreUnavailableError } from '../../errors/purge-store-unavailable.error.ts';
import { PurgeStoreUnsafeError } from '../../errors/purge-store-unsafe.error.ts';
import { CLAIM_PURGES, PUT_PURGES, SETTLE_PURGES } from './purge.scripts.ts';

/** `commandTimeoutMs` is 500 by default: a call may have a thousand targets. */
export interface RedisPurgeStoreOptions extends FailFastRedisOptions {
  /** Separates the queues of edges that share a Redis. */
  readonly name: string;
  /** Jobs that may wait at the same time. Default: 100,000. */
  readonly maxJobs?: number;
}

/**
 * Purges that all processes share which use the same Redis and name. Each call is one script.
 *
 * Jobs live as long as the data of Redis: use one that does not evict, with an append-only file. A Redis that evicts keys is refused.
 */
export class RedisPurgeStore implements PurgeStore {
  readonly #redis: FailFastRedis;
  readonly #puts: RedisWakeUps;
  readonly #keys: readonly [due: string, jobs: string];
  readonly #channel: string;
  readonly #maxJobs: number;
  #isSafe = false;

  constructor({ name, maxJobs = 100_000, ...connection }: RedisPurgeStoreOptions) {
    // The braces are a hash tag: they keep both keys on one node of a Redis Cluster.
    const prefix = `{edge-purges:${name}}`;
    this.#keys = [`${prefix}:due`, `${prefix}:jobs`];
    this.#channel = `${prefix}:put`;
    this.#maxJobs = maxJobs;
    this.#redis = new FailFastRedis({ commandTimeoutMs: 500, ...connection });
    this.#puts = new RedisWakeUps((options) => new Redis(connection.url, options));
  }

  /** @throws {PurgeStoreUnsafeError} for a Redis that evicts keys */
  async put(targets: readonly PurgeTarget[]): Promise<void> {
    await this.#assertSafe();
    const stored = await this.#run(PUT_PURGES, [this.#maxJobs, this.#channel, ...targets.map(jobIdOf)]);
    if (stored !== 1) throw new PurgeQueueFullError(this.#maxJobs);
  }

  async claim({ most, leaseMs, token }: ClaimRequest): Promise<PurgeClaim> {
    const reply = (await this.#run(CLAIM_PURGES, [most, Math.ceil(leaseMs), token])) as [
      number,
      ...unknown[],
    ];
    const [nextDueInMs, ...values] = reply;
    const jobs: PurgeJob[] = [];
    for (let first = 0; first < values.length; first += 5) {
      const [id, ageMs, purges, failures, refusals] = values.slice(first) as [string, ...number[]];
      jobs.push({ target: targetOf(id), ageMs, purges, failures, refusals } as PurgeJob);
    }
    return { jobs, nextDueInMs: nextDueInMs < 0 ? undefined : nextDueInMs };
  }

  async settle(token: string, settlements: readonly Settlement[]): Promise<void> {
    const args = settlements.flatMap(({ target, next }) => [
      jobIdOf(target),
      ...(next === undefined
        ? [-1, 0, 0, 0]
        : [Math.ceil(next.dueInMs), next.purges, next.failures, next.refusals]),
    ]);
    await this.#run(SETTLE_PURGES, [token, ...args]);
  }

  async size(): Promise<number> {
    return this.#confirmed(() => this.#redis.send((redis) => redis.hlen(this.#keys[1])));
  }

  onPut(wake: () => void): () => void {
    return this.#puts.subscribe(this.#channel, wake);
  }

  async close(): Promise<void> {
    this.#redis.close();
    this.#puts.close();
  }

  /** Asks once. A policy `volatile-…` evicts only keys with a time to live, and these keys have none. */
  async #assertSafe(): Promise<void> {
    if (this.#isSafe) return;
    const info = await this.#confirmed(() => this.#redis.send((redis) => redis.info('memory')));
    const [, policy = 'noeviction'] = /^maxmemory_policy:([\w-]+)/m.exec(info) ?? [];
    const [, maxMemory = '0'] = /^maxmemory:(\d+)/m.exec(info) ?? [];
    if (policy.startsWith('allkeys') && maxMemory !== '0')
      throw new PurgeStoreUnsafeError(`Redis evicts any key (maxmemory-policy ${policy}); use noeviction`);
    this.#isSafe = true;
  }

  #run(script: RedisScript, args: readonly (string | number)[]): Promise<unknown> {
    return this.#confirmed(() => this.#redis.runScript(script, this.#keys, args));
  }

  async #confirmed<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (cause) {
      throw new PurgeStoreUnavailableError('Redis did not answer', { cause });
    }
  }
}
