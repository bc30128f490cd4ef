import { type Redis, type RedisOptions } from 'ioredis';

const CONNECTION_OPTIONS: RedisOptions = {
  lazyConnect: false,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  autoResubscribe: false,
  connectTimeout: 1_000,
  keepAlive: 5_000,
  // Disables the commands that ioredis sends by itself: when the server closes the connection before it answers them, ioredis takes
  // the dead connection for ready, and does not connect again.
  enableReadyCheck: false,
  disableClientInfo: true,
  retryStrategy: (attempt) => Math.min(25 * 2 ** attempt, 1_000),
};

/**
 * Wakes callers that wait for an event of another process, by messages of Redis. Its connection is opened with the first
 * subscription: Redis accepts few other commands on a connection that subscribes.
 *
 * A message may be lost. So a caller is also woken when its subscription begins and after each reconnect, and it reads the state
 * of the event again. In addition, it should ask again after some time.
 */
export class RedisWakeUps {
  readonly #connectWith: (options: RedisOptions) => Redis;
  readonly #wakes = new Map<string, Set<() => void>>();
  #redis: Redis | undefined;
  #isClosed = false;

  /** @param connectWith opens a connection with these options: `(options) => new Redis(url, options)` */
  constructor(connectWith: (options: RedisOptions) => Redis) {
    this.#connectWith = connectWith;
  }

  /** @returns a function that ends the subscription */
  subscribe(channel: string, wake: () => void): () => void {
    if (this.#isClosed) return () => undefined;
    const wakes = this.#wakes.get(channel) ?? new Set();
    this.#wakes.set(channel, wakes.add(wake));
    this.#redis ??= this.#connect();
    if (wakes.size === 1) this.#begin(channel, wakes);
    else queueMicrotask(wake);
    return () => {
      wakes.delete(wake);
      if (wakes.size > 0 || this.#wakes.get(channel) !== wakes) return;
      this.#wakes.delete(channel);
      this.#redis?.unsubscribe(channel).catch(() => undefined);
    };
  }

  /** Ends all subscriptions. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#wakes.clear();
    this.#redis?.disconnect();
  }

  #connect(): Redis {
    const redis = this.#connectWith(CONNECTION_OPTIONS);
    redis.on('error', () => undefined);
    redis.on('ready', () => this.#wakes.forEach((wakes, channel) => this.#begin(channel, wakes)));
    redis.on('message', (channel: string) => wakeAll(this.#wakes.get(channel)));
    return redis;
  }

  /** Without a connection it fails; the next connection begins all subscriptions. */
  #begin(channel: string, wakes: ReadonlySet<() => void>): void {
    this.#redis?.subscribe(channel).then(
      () => wakeAll(wakes),
      () => undefined,
    );
  }
}

function wakeAll(wakes: Iterable<() => void> = []): void {
  for (const wake of wakes) wake();
}
