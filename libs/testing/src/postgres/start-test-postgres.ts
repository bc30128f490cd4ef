import { startPostgres, type StartPostgresOptions } from '@groundwork/topology';
import { type StoppableServer } from '../stoppable-server.ts';
import { memoryFolder } from '../temporary-folder.ts';

/** Starts a private Postgres that the test may stop and kill. Committed data survives `kill` and `restart`. */
export async function startTestPostgres({
  settings = [],
}: Pick<StartPostgresOptions, 'settings'> = {}): Promise<StoppableServer & { url: string }> {
  const folder = memoryFolder('postgres');
  const server = await startPostgres({ folder: `${folder.path}/data`, settings });
  return {
    url: server.url,
    kill: () => server.kill(),
    restart: () => server.restart(),
    pause: () => server.pause(),
    resume: () => server.resume(),
    stop: async () => {
      await server.stop();
      folder.remove();
    },
  };
}
