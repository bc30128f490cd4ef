import { Redis } from 'ioredis';

/**
 * The messages about released permits, on a connection of their own: Redis accepts few other commands on a connection that
 * subscribes. It is opened with the first subscription. A message may be lost; after each reconnect, all subscribers are woken.
 */
export class Releases {
  readonly #url: string;
  readonly #wakes = new Map<string, Set<() => void>>();
  #redis: Redis | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  /** @returns a function that ends the subscription */
  subscribe(channel: string, wake: () => void): () => void {
    const wakes = this.#wakes.get(channel) ?? new Set();
    this.#wakes.set(channel, wakes.add(wake));
    this.#redis ??= this.#connect();
    // Without a connection it rejects; ioredis does not know the channel then, so `ready` subscribes.
    if (wakes.size === 1) this.#redis.subscribe(channel).catch(() => undefined);
    return () => {
      wakes.delete(wake);
      if (wakes.size > 0 || this.#wakes.get(channel) !== wakes) return;
      this.#wakes.delete(channel);
      this.#redis?.unsubscribe(channel).catch(() => undefined);
    };
  }

  close(): void {
    this.#wakes.clear();
    this.#redis?.disconnect();
  }

  #connect(): Redis {
    const redis = new Redis(this.#url, {
      enableOfflineQueue: false,
      autoResubscribe: false,
      connectTimeout: 1_000,
      keepAlive: 5_000,
      enableReadyCheck: false,
      retryStrategy: (attempt) => Math.min(25 * 2 ** attempt, 1_000),
    });
    redis.on('error', () => undefined);
    redis.on('ready', () => {
      for (const [channel, wakes] of this.#wakes)
        redis.subscribe(channel).then(
          () => wakeAll(wakes),
          () => undefined,
        );
    });
    redis.on('message', (channel: string) => wakeAll(this.#wakes.get(channel) ?? []));
    return redis;
  }
}

function wakeAll(wakes: Iterable<() => void>): void {
  for (const wake of wakes) wake();
}
