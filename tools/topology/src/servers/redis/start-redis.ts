import { join } from 'node:path';
import { freePort } from '../process/free-port.ts';
import { Server } from '../server.ts';
import { isRedisReady } from './is-redis-ready.ts';
import { redisServerBinary } from './redis-server.ts';

/** Starts a Redis on a free port. With `persistent`, every write is in the append-only file before it is acknowledged. */
export async function startRedis(options: {
  folder: string;
  persistent?: boolean;
  args?: string[];
}): Promise<Server> {
  const port = await freePort();
  const persistence =
    options.persistent === true ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no'];
  return Server.start({
    name: 'redis',
    port,
    logFile: join(options.folder, 'redis.log'),
    launch: {
      file: redisServerBinary(),
      args: [
        '--bind',
        '127.0.0.1',
        '--port',
        String(port),
        '--dir',
        options.folder,
        '--save',
        '',
        ...persistence,
        ...(options.args ?? []),
      ],
      orphanSignal: 'SIGKILL',
    },
    isReady: () => isRedisReady(port),
  });
}
