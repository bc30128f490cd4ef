import { FailFastRedis, type FailFastRedisOptions } from '@groundwork/resilience/redis';
import { assertCharges, assertKey, type Charge } from '../../gcra/charge.ts';
import { type Decision } from '../../gcra/decision.ts';
import { describe } from '../../gcra/gcra.ts';
import { type RatePolicy } from '../../gcra/rate-policy.ts';
import { entryOf } from '../../stores/entry-of.ts';
import { type LimitStore, LimitStoreUnavailable } from '../../stores/limit-store.ts';
import { DECIDE_CHARGES } from './charges.script.ts';
import { TurnBatches } from './turn-batches.ts';

/** A decision that takes longer than `commandTimeoutMs` counts as a failure of the store. */
export interface RedisLimitStoreOptions extends FailFastRedisOptions {
  /** Separates the counts of applications that share a Redis. Default: `{limit}`. */
  readonly keyPrefix?: string;
}

interface Group {
  readonly method: 'take' | 'peek' | 'refund';
  readonly charges: readonly Charge[];
}

/** A longer script would keep other clients of Redis waiting. */
const GROUPS_IN_A_SCRIPT = 100;

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
    const keys = groups.flatMap(({ charges }) => charges.map(({ policy, key }) => this.#keyOf(policy, key)));
    const answers = await this.#runScript(keys, groups.flatMap(argumentsOf));
    let read = 0;
    return groups.map(({ charges }) =>
      charges.map(({ policy, cost }) => {
        const [admitted, backlogMicros] = answers.slice(read, (read += 2)) as [number, number];
        return describe(policy, { allowed: admitted === 1, backlogMicros }, cost, 'shared');
      }),
    );
  }

  async #runScript(keys: readonly string[], args: readonly (string | number)[]): Promise<number[]> {
    try {
      return (await this.#redis.runScript(DECIDE_CHARGES, keys, args)) as number[];
    } catch (cause) {
      throw new LimitStoreUnavailable('Redis gave no decision', { cause });
    }
  }
}

function argumentsOf({ method, charges }: Group): (string | number)[] {
  return [
    method,
    charges.length,
    ...charges.flatMap(({ policy, cost }) => [
      ...[policy.intervalMicros, cost, policy.capacity, policy.shadow ? 0 : 1],
    ]),
  ];
}
