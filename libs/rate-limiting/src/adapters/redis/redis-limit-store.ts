import { TurnBatches } from '@groundwork/resilience';
import { FailFastRedis, type FailFastRedisOptions } from '@groundwork/resilience/redis';
import { assertCharges, assertKey, type Charge } from '../../gcra/charge.ts';
import { type Decision } from '../../gcra/decision.ts';
import { describe } from '../../gcra/gcra.ts';
import { type RatePolicy } from '../../gcra/rate-policy.ts';
import { entryOf } from '../../stores/entry-of.ts';
import { type LimitStore, LimitStoreUnavailable } from '../../stores/limit-store.ts';
import { DECIDE_CHARGES } from './charges.script.ts';

/** A decision that takes longer than `commandTimeoutMs` counts as a failure of the store. */
export interface RedisLimitStoreOptions extends FailFastRedisOptions {
  /** Separates the counts of applications that share a Redis. Default: `{limit}`. */
  readonly keyPrefix?: string;
}

interface Group {
  readonly method: 'take' | 'peek' | 'refund';
  readonly charges: readonly Charge[];
}

/** With more, Redis and this process would wait for each other: measured with 64 requests at once, 32 are faster than 100. */
const GROUPS_IN_A_SCRIPT = 32;

/**
 * Exact limits across all processes that use the same Redis. All decisions of one turn of the event loop are one script call.
 *
 * It connects to one server. In a Redis Cluster, that is the node that owns the prefix, which is a hash tag.
 */
export class RedisLimitStore implements LimitStore {
  readonly #redis: FailFastRedis;
  readonly #keyPrefix: string;
  readonly #batches = new TurnBatches((groups: readonly Group[]) => this.#decide(groups), GROUPS_IN_A_SCRIPT);

  constructor({ keyPrefix = '{limit}', ...connection }: RedisLimitStoreOptions) {
    this.#keyPrefix = keyPrefix;
    this.#redis = new FailFastRedis(connection);
  }

  async take(charges: readonly Charge[]): Promise<Decision[]> {
    assertCharges(charges);
    return this.#batches.add({ method: 'take', charges });
  }

  async peek(charges: readonly Charge[]): Promise<Decision[]> {
    assertCharges(charges);
    return this.#batches.add({ method: 'peek', charges });
  }

  async refund(charges: readonly Charge[]): Promise<void> {
    assertCharges(charges);
    await this.#batches.add({ method: 'refund', charges });
  }

  async reset(policy: RatePolicy, key: string): Promise<void> {
    assertKey(key);
    try {
      await this.#redis.send((redis) => redis.del(this.#keyOf(policy, key)));
    } catch (cause) {
      throw new LimitStoreUnavailable('Redis did not confirm the reset', { cause });
    }
  }

  async ping(): Promise<void> {
    try {
      await this.#redis.send((redis) => redis.ping());
    } catch (cause) {
      throw new LimitStoreUnavailable('Redis does not answer', { cause });
    }
  }

  async close(): Promise<void> {
    this.#redis.close();
  }

  #keyOf(policy: RatePolicy, key: string): string {
    return `${this.#keyPrefix}:${entryOf(policy, key)}`;
  }

  async #decide(groups: readonly Group[]): Promise<Decision[][]> {
    const keys: string[] = [];
    let words = '';
    for (const { method, charges } of groups) {
      words += `${method} ${charges.length} `;
      for (const { policy, key, cost } of charges) {
        keys.push(this.#keyOf(policy, key));
        words += `${policy.intervalMicros} ${cost} ${policy.capacity} ${policy.shadow ? 0 : 1} `;
      }
    }
    const answers = await this.#runScript(keys, words);
    let next = 0;
    return groups.map(({ charges }) =>
      charges.map(({ policy, cost }) => {
        const allowed = answers[next++] === 1;
        return describe(policy, { allowed, backlogMicros: answers[next++] as number }, cost, 'shared');
      }),
    );
  }

  async #runScript(keys: readonly string[], words: string): Promise<number[]> {
    try {
      return (await this.#redis.runScript(DECIDE_CHARGES, keys, [words])) as number[];
    } catch (cause) {
      throw new LimitStoreUnavailable('Redis gave no decision', { cause });
    }
  }
}
