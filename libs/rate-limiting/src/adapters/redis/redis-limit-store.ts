import { Redis, type RedisOptions } from 'ioredis';
import { assertCharges, assertKey, type Charge } from '../../gcra/charge.ts';
import { type Decision } from '../../gcra/decision.ts';
import { describe } from '../../gcra/gcra.ts';
import { type RatePolicy } from '../../gcra/rate-policy.ts';
import { entryOf } from '../../stores/entry-of.ts';
import { type LimitStore, LimitStoreUnavailable } from '../../stores/limit-store.ts';
import { DECIDE_CHARGES } from './charges.script.ts';
import { TurnBatches } from './turn-batches.ts';
import { withinDeadline } from './within-deadline.ts';

export interface RedisLimitStoreOptions {
  url: string;
  /** The maximum time of a decision. A slower decision counts as a failure of the store. */
  commandTimeoutMs?: number;
  keyPrefix?: string;
  onConnectionError?: (error: Error) => void;
}

/**
 * With its defaults, ioredis waits over a minute for a dead server and resends commands after a reconnect. Its
 * `commandTimeout` mistakes a stall of this process's event loop for a stall of Redis. The timer of its `socketTimeout`
 * outlives its connection and closes the next one. So the store applies both limits itself.
 */
const CONNECTION_OPTIONS: RedisOptions = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  // A resent `take` would count twice.
  autoResendUnfulfilledCommands: false,
  connectTimeout: 1_000,
  keepAlive: 5_000,
  // Disables the commands that ioredis sends by itself before the first decision: they have no deadline.
  enableReadyCheck: false,
  disableClientInfo: true,
  retryStrategy: (attempt) => Math.min(25 * 2 ** attempt, 1_000),
  // After a failover, this server is a replica, and the name leads to the new primary. The failed command is not resent.
  reconnectOnError: (error) => error.message.startsWith('READONLY'),
};

interface Group {
  readonly method: 'take' | 'peek' | 'refund';
  readonly charges: readonly Charge[];
}

/** A longer script would keep other clients of Redis waiting. */
const GROUPS_IN_A_SCRIPT = 100;

/**
 * Exact limits across all processes that use the same Redis. All decisions of one turn of the event loop are one script call.
 *
 * The default prefix is a hash tag: on a Redis Cluster, all limits of one prefix are on one node, as a script requires.
 */
export class RedisLimitStore implements LimitStore {
  readonly #redis: Redis;
  readonly #keyPrefix: string;
  readonly #commandTimeoutMs: number;
  readonly #batches = new TurnBatches((groups: readonly Group[]) => this.#decide(groups), GROUPS_IN_A_SCRIPT);

  constructor({
    url,
    commandTimeoutMs = 50,
    keyPrefix = '{limit}',
    onConnectionError,
  }: RedisLimitStoreOptions) {
    this.#keyPrefix = keyPrefix;
    this.#commandTimeoutMs = commandTimeoutMs;
    this.#redis = new Redis(url, CONNECTION_OPTIONS);
    this.#redis.on('error', onConnectionError ?? (() => undefined));
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
      await this.#answer(this.#redis.del(this.#keyOf(policy, key)));
    } catch (cause) {
      throw new LimitStoreUnavailable('Redis did not confirm the reset', { cause });
    }
  }

  async ping(): Promise<void> {
    try {
      await this.#answer(this.#redis.ping());
    } catch (cause) {
      throw new LimitStoreUnavailable('Redis does not answer', { cause });
    }
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
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

  /**
   * After a restart or SCRIPT FLUSH the script is unknown. NOSCRIPT means that no script ran, so each cost is counted once.
   */
  async #runScript(keys: readonly string[], args: readonly (string | number)[]): Promise<number[]> {
    const { sha1, text } = DECIDE_CHARGES;
    const call = [keys.length, ...keys, ...args] as const;
    try {
      const answer = this.#answer(this.#redis.evalsha(sha1, ...call)).catch((error: unknown) => {
        if (isUnknownScript(error)) return this.#answer(this.#redis.eval(text, ...call));
        throw error;
      });
      return (await answer) as number[];
    } catch (cause) {
      throw new LimitStoreUnavailable('Redis gave no decision', { cause });
    }
  }

  #answer<T>(answer: Promise<T>): Promise<T> {
    const { stream } = this.#redis;
    return withinDeadline(answer, this.#commandTimeoutMs, () => {
      this.#endIfSilent(stream);
      return new Error(`no answer within ${this.#commandTimeoutMs} ms`);
    });
  }

  /** Detects a peer that vanished without closing the connection. The kernel alone would retransmit for 15 minutes. */
  #endIfSilent(stream: Redis['stream']): void {
    const { bytesRead } = stream;
    const end = () => {
      if (stream.bytesRead === bytesRead) stream.destroy(new Error('the connection is silent: closing it'));
    };
    const silenceMs = Math.max(1_000, this.#commandTimeoutMs * 2);
    setTimeout(() => setImmediate(end), silenceMs).unref();
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

/** The prefix of the message is part of Redis' protocol: the server names the kind of an error by it. */
function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}
