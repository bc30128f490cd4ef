import { startRedis } from '@groundwork/topology';
import { type StoppableServer } from '../stoppable-server.ts';
import { memoryFolder } from '../temporary-folder.ts';

export interface TestRedisOptions {
  /** Whether an answered write survives `kill` and `restart` (default: it comes back empty, as a cache does). */
  readonly persistent?: boolean;
  /** More arguments of redis-server, e.g. `['--maxmemory', '1mb']`. */
  readonly args?: string[];
}

/** A private Redis, also for tests that do no harm to it: it starts in a few milliseconds. */
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
