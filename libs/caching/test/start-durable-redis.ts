import { startTestRedis } from '@groundwork/testing';

/** Starts a Redis that keeps every acknowledged write. @param args more arguments of redis-server */
export function startDurableRedis(...args: string[]): ReturnType<typeof startTestRedis> {
  return startTestRedis({
    persistent: true,
    args: ['--appendfsync', 'always', '--maxmemory-policy', 'noeviction', ...args],
  });
}
