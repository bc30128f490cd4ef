import { isRedisReady } from '../servers/redis/is-redis-ready.ts';
import { mendAppendOnlyFiles } from '../servers/redis/mend-append-only-files.ts';
import { redisServerBinary } from '../servers/redis/redis-server.ts';
import { repositoryOf, type Runner } from './runner.ts';

const PORT = 6379;

/**
 * Runs the images `redis` and `valkey/valkey`: `command: [redis-server, …]`. If an argument is given twice, the last one
 * applies.
 */
export const redisRunner: Runner = {
  runs: ({ image }) => ['redis', 'valkey/valkey'].includes(repositoryOf(image)),

  async prepare(assignment) {
    const args = assignment.command.slice(1);
    const folder = assignment.volume('/data');
    mendAppendOnlyFiles(folder);
    const here = ['--bind', '127.0.0.1', '--port', String(await assignment.port(PORT)), '--dir', folder];
    return { file: redisServerBinary(), args: [...args, ...here, '--daemonize', 'no'] };
  },

  isWorthAsking: async (assignment) => isRedisReady(await assignment.port(PORT)),
};
