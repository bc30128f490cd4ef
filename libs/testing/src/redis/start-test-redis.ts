import { startRedis } from '@groundwork/topology';
import { type StoppableServer } from '../stoppable-server.ts';
import { memoryFolder } from '../temporary-folder.ts';

export interface TestRedisOptions {
  /** Whether an acknowledged write survives `kill` and `restart`. Default: Redis restarts empty, like a cache. */
  readonly persistent?: boolean;
  /** Additional arguments of redis-server, e.g. `['--maxmemory', '1mb']`. */
  readonly args?: string[];
}

/** Starts a private Redis, even for tests that never kill it: the start takes a few milliseconds. */
export async function startTestRedis(
  options: TestRedisOptions = {},
): Promise<StoppableServer & { url: string }> {
  const folder = memoryFolder('redis');
  const server = await startRedis({ folder: folder.path, ...options });
  return {
    url: `redis://127.0.0.1:${server.port}`,
    kill: () => server.kill(),
    restart: () => server.restart(),
    pause: () => server.pause(),
    resume: () => server.resume(),
    stop: async () => {
      await server.kill();
      folder.remove();
    },
  };
}
