import { createHash } from 'node:crypto';
import { Redis, type RedisOptions } from 'ioredis';
import { withinDeadline } from '../../time/within-deadline.ts';

export interface FailFastRedisOptions {
  readonly url: string;
  /** The maximum time of a command. A slower one rejects; it may have been done. Default: 50. */
  readonly commandTimeoutMs?: number | undefined;
  /** Receives each error of the connection, also of a failed attempt. The connection is opened again by itself. */
  readonly onConnectionError?: ((error: Error) => void) | undefined;
}

/** A Lua script, and the digest by which Redis identifies it once it is loaded. */
export interface RedisScript {
  readonly text: string;
  readonly sha1: string;
}

export function redisScript(text: string): RedisScript {
  return { text, sha1: createHash('sha1').update(text).digest('hex') };
}

/**
 * With its defaults, ioredis waits over a minute for a dead server and resends commands after a reconnect. Its
 * `commandTimeout` mistakes a stall of this process's event loop for a stall of Redis. The timer of its `socketTimeout`
 * outlives its connection and closes the next one. So both limits are applied here.
 */
const CONNECTION_OPTIONS: RedisOptions = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  // A resent command would count twice.
  autoResendUnfulfilledCommands: false,
  connectTimeout: 1_000,
  keepAlive: 5_000,
  // Disables the commands that ioredis sends by itself before the first one of the caller: they have no deadline.
  enableReadyCheck: false,
  disableClientInfo: true,
  retryStrategy: (attempt) => Math.min(25 * 2 ** attempt, 1_000),
  // After a failover, this server is a replica, and the name leads to the new primary. The failed command is not resent.
  reconnectOnError: (error) => error.message.startsWith('READONLY'),
};

/** A connection to Redis on which each command is sent once, and succeeds or rejects within a bounded time. */
export class FailFastRedis {
  readonly #redis: Redis;
  readonly #commandTimeoutMs: number;

  constructor({ url, commandTimeoutMs = 50, onConnectionError = () => undefined }: FailFastRedisOptions) {
    this.#commandTimeoutMs = commandTimeoutMs;
    this.#redis = new Redis(url, CONNECTION_OPTIONS);
    this.#redis.on('error', onConnectionError);
  }

  /** Sends a command. Rejects when there is no connection, when Redis answers with an error, or when its time is over. */
  send<T>(command: (redis: Redis) => Promise<T>): Promise<T> {
    const answer = command(this.#redis);
    const { stream } = this.#redis;
    return withinDeadline(answer, this.#commandTimeoutMs, () => {
      this.#endIfSilent(stream);
      return new Error(`no answer within ${this.#commandTimeoutMs} ms`);
    });
  }

  /**
   * Runs a script, and loads it first where necessary: after a restart or SCRIPT FLUSH it is unknown. The error NOSCRIPT means
   * that no script ran, so each script runs once.
   *
   * @param assertConnection is called with the connection just before each command, and throws if it must not be sent on it
   */
  async runScript(
    { sha1, text }: RedisScript,
    keys: readonly string[],
    args: readonly (string | number)[],
    assertConnection: (redis: Redis) => void = () => undefined,
  ): Promise<unknown> {
    const call = [keys.length, ...keys, ...args] as const;
    const send = (command: (redis: Redis) => Promise<unknown>) =>
      this.send((redis) => {
        assertConnection(redis);
        return command(redis);
      });
    try {
      return await send((redis) => redis.evalsha(sha1, ...call));
    } catch (error) {
      if (!isUnknownScript(error)) throw error;
      return send((redis) => redis.eval(text, ...call));
    }
  }

  /** Idempotent. Commands that are in flight or sent later reject. */
  close(): void {
    this.#redis.disconnect();
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
