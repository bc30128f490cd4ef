import { setTimeout as delay } from 'node:timers/promises';
import { type Redis } from 'ioredis';

const VALUE = 'source';
const LOADS = 'loads of the source';

/** How long one load takes, as a slow query would. */
export const LOAD_MS = 300;

/** A slow source of one value that counts how often it is read, over all processes. */
export class Source {
  constructor(private readonly redis: Redis) {}

  async load(): Promise<string> {
    await this.redis.incr(LOADS);
    const value = (await this.redis.get(VALUE)) ?? '';
    await delay(LOAD_MS);
    return value;
  }

  async set(value: string): Promise<void> {
    await this.redis.set(VALUE, value);
  }

  /** Returns the number of loads since the last call. */
  async takeLoads(): Promise<number> {
    return Number((await this.redis.getset(LOADS, 0)) ?? 0);
  }
}
