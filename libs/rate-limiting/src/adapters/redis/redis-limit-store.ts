import { Redis, type RedisOptions } from 'ioredis';
import { assertCost } from '../../gcra/cost-exceeds-capacity.ts';
import { type Decision } from '../../gcra/decision.ts';
import { describe } from '../../gcra/gcra.ts';
import { type RatePolicy } from '../../gcra/rate-policy.ts';
import { type LimitStore, LimitStoreUnavailable } from '../../stores/limit-store.ts';
import { GCRA_SCRIPT, GCRA_SCRIPT_SHA1 } from './gcra.script.ts';
import { withinDeadline } from './within-deadline.ts';

export interface RedisLimitStoreOptions {
  url: string;
  /** The longest a decision may take; a slower one counts as a failure of the store. */
  commandTimeoutMs?: number;
  keyPrefix?: string;
  onConnectionError?: (error: Error) => void;
}

/**
 * The defaults of ioredis wait over a minute for a dead server and repeat commands after a reconnect. Its `commandTimeout`
 * takes a stall of this process's event loop for one of Redis', and the timer of its `socketTimeout` outlives the
 * connection it was set for and ends the next one: the store keeps both limits itself.
 */
const CONNECTION_OPTIONS: RedisOptions = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  // A repeated `take` would count twice.
  autoResendUnfulfilledCommands: false,
  connectTimeout: 1_000,
  keepAlive: 5_000,
  // Nothing is asked before the first decision: what ioredis asks by itself has no deadline.
  enableReadyCheck: false,
  disableClientInfo: true,
  retryStrategy: (attempt) => Math.min(25 * 2 ** attempt, 1_000),
  reconnectOnError: () => false,
};

/** Exact limits over every process that uses the same Redis: one script call a decision. */
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

  async take(policy: RatePolicy, key: string, cost: number): Promise<Decision> {
    assertCost(policy, cost);
    const [admitted, backlogMicros] = await this.#run(`${this.#keyPrefix}:${policy.name}:${key}`, [
      policy.intervalMicros,
      cost,
      policy.capacity,
    ]);
    return describe(policy, { allowed: admitted === 1, backlogMicros }, cost, 'shared');
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

  async #run(key: string, args: number[]): Promise<[admitted: number, backlogMicros: number]> {
    try {
      return (await this.#answer(this.#redis.evalsha(GCRA_SCRIPT_SHA1, 1, key, ...args))) as [number, number];
    } catch (error) {
      if (isUnknownScript(error)) return this.#loadAndRun(key, args);
      throw new LimitStoreUnavailable('Redis gave no decision', { cause: error });
    }
  }

  /** After a restart or SCRIPT FLUSH the script is unknown. NOSCRIPT means that nothing ran, so this counts once. */
  async #loadAndRun(key: string, args: number[]): Promise<[number, number]> {
    try {
      return (await this.#answer(this.#redis.eval(GCRA_SCRIPT, 1, key, ...args))) as [number, number];
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

  /** A peer that vanished without a word is noticed here; otherwise the kernel retransmits for a quarter of an hour. */
  #endIfSilent(stream: Redis['stream']): void {
    const { bytesRead } = stream;
    const end = () => {
      if (stream.bytesRead === bytesRead) stream.destroy(new Error('the connection has fallen silent'));
    };
    const silenceMs = Math.max(1_000, this.#commandTimeoutMs * 2);
    setTimeout(() => setImmediate(end), silenceMs).unref();
  }
}

/** The error's prefix is Redis' protocol, not prose: it is how the server names kinds of errors. */
function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}
