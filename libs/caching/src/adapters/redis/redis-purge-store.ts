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
import { RedisNotDurableError } from '../../errors/redis-not-durable.error.ts';
import { type Durability, DurableServer } from './durable-server.ts';
import { CLAIM_PURGES, PUT_PURGES, SETTLE_PURGES } from './purge.scripts.ts';

/** `commandTimeoutMs` is 500 by default: a call may have a thousand targets. */
export interface RedisPurgeStoreOptions extends FailFastRedisOptions {
  /** Separates the queues of edges that share a Redis. */
  readonly name: string;
  /** Jobs that may wait at the same time. Default: 100,000. */
  readonly maxJobs?: number;
  /** Default: `synced`. */
  readonly durability?: Durability;
}

/**
 * Purges that all processes share which use the same Redis and name. Each call is one script.
 *
 * Jobs live as long as the data of Redis, so a server that could lose or evict acknowledged writes is refused. A server without memory refuses
 * new purges only: workers finish those that it has.
 */
export class RedisPurgeStore implements PurgeStore {
  readonly #redis: FailFastRedis;
  readonly #puts: RedisWakeUps;
  readonly #keys: readonly [due: string, jobs: string];
  readonly #channel: string;
  readonly #maxJobs: number;
  readonly #server: DurableServer;

  constructor({ name, maxJobs = 100_000, durability, ...connection }: RedisPurgeStoreOptions) {
    // The braces are a hash tag: they keep both keys on one node of a Redis Cluster.
    const prefix = `{edge-purges:${name}}`;
    this.#keys = [`${prefix}:due`, `${prefix}:jobs`];
    this.#channel = `${prefix}:put`;
    this.#maxJobs = maxJobs;
    this.#redis = new FailFastRedis({ commandTimeoutMs: 500, ...connection });
    this.#server = new DurableServer(this.#redis, durability);
    this.#puts = new RedisWakeUps((options) => new Redis(connection.url, options));
  }

  /** @throws {RedisNotDurableError} for a Redis that could lose or evict jobs */
  async put(targets: readonly PurgeTarget[]): Promise<void> {
    const args = [this.#maxJobs, this.#channel, ...targets.map(jobIdOf)];
    const [, stored] = await this.#confirmed(() =>
      this.#server.runScript(PUT_PURGES, this.#keys, () => args),
    );
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

  #run(script: RedisScript, args: readonly (string | number)[]): Promise<unknown> {
    return this.#confirmed(() => this.#redis.runScript(script, this.#keys, args));
  }

  async #confirmed<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (cause) {
      if (cause instanceof RedisNotDurableError) throw cause;
      throw new PurgeStoreUnavailableError('Redis did not answer', { cause });
    }
  }
}
