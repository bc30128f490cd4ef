import { Redis, type RedisOptions } from 'ioredis';
import { assertCost } from '../../gcra/cost-exceeds-capacity.ts';
import { type Decision } from '../../gcra/decision.ts';
import { describe } from '../../gcra/gcra.ts';
import { type RatePolicy } from '../../gcra/rate-policy.ts';
import { entryOf } from '../../stores/entry-of.ts';
import { type LimitStore, LimitStoreUnavailable } from '../../stores/limit-store.ts';
import { REFUND, type Script, TAKE } from './gcra.script.ts';
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
  reconnectOnError: () => false,
};

/** Exact limits across all processes that use the same Redis. Each decision is one script call. */
export class RedisLimitStore implements LimitStore {
  readonly #redis: Redis;
  readonly #keyPrefix: string;
  readonly #commandTimeoutMs: number;

  constructor({
    url,
    commandTimeoutMs = 50,
    keyPrefix = 'limit',
    onConnectionError,
  }: RedisLimitStoreOptions) {
    this.#keyPrefix = keyPrefix;
    this.#commandTimeoutMs = commandTimeoutMs;
    this.#redis = new Redis(url, CONNECTION_OPTIONS);
    this.#redis.on('error', onConnectionError ?? (() => undefined));
  }

  take(policy: RatePolicy, key: string, cost: number): Promise<Decision> {
    return this.#decide(policy, key, cost, 1);
  }

  peek(policy: RatePolicy, key: string, cost: number): Promise<Decision> {
    return this.#decide(policy, key, cost, 0);
  }

  async refund(policy: RatePolicy, key: string, cost: number): Promise<void> {
    assertCost(policy, cost);
    await this.#run(REFUND, this.#keyOf(policy, key), [policy.intervalMicros, cost]);
  }

  async reset(policy: RatePolicy, key: string): Promise<void> {
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

  async #decide(policy: RatePolicy, key: string, cost: number, takes: 0 | 1): Promise<Decision> {
    assertCost(policy, cost);
    const args = [policy.intervalMicros, cost, policy.capacity, takes];
    const answer = await this.#run(TAKE, this.#keyOf(policy, key), args);
    const [admitted, backlogMicros] = answer as [number, number];
    return describe(policy, { allowed: admitted === 1, backlogMicros }, cost, 'shared');
  }

  async #run(script: Script, key: string, args: readonly number[]): Promise<unknown> {
    try {
      return await this.#answer(this.#redis.evalsha(script.sha1, 1, key, ...args));
    } catch (error) {
      if (isUnknownScript(error)) return this.#loadAndRun(script, key, args);
      throw new LimitStoreUnavailable('Redis gave no decision', { cause: error });
    }
  }

  /**
   * After a restart or SCRIPT FLUSH the script is unknown. NOSCRIPT means that no script ran, so the cost is counted once.
   */
  async #loadAndRun(script: Script, key: string, args: readonly number[]): Promise<unknown> {
    try {
      return await this.#answer(this.#redis.eval(script.text, 1, key, ...args));
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

/** The prefix of the message is part of Redis' protocol: the server names the kind of an error by it. */
function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}
