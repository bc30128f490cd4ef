import { isPostgresReady } from '../servers/postgres/is-postgres-ready.ts';
import { postgresLaunch } from '../servers/postgres/postgres-launch.ts';
import { preparePostgres } from '../servers/postgres/prepare-postgres.ts';
import { removeStaleLock } from '../servers/postgres/remove-stale-lock.ts';
import { TopologyError } from '../topology.error.ts';
import { repositoryOf, type Runner } from './runner.ts';

const PORT = 5432;

/** Runs the image `postgres`: POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB, and `command: [postgres, …]`. */
export const postgresRunner: Runner = {
  runs: ({ image }) => repositoryOf(image) === 'postgres',

  async prepare(assignment) {
    const { environment, command, name } = assignment;
    const { POSTGRES_USER: user = 'postgres', POSTGRES_PASSWORD: password } = environment;
    if (!password)
      throw new TopologyError(
        'invalid-compose-file',
        `services.${name}.environment: POSTGRES_PASSWORD is not set`,
      );
    const folder = assignment.volume('/var/lib/postgresql/data');
    const account = { user, password, database: environment['POSTGRES_DB'] ?? user };
    await preparePostgres(folder, account, { durable: true });
    removeStaleLock(folder);
    return postgresLaunch(
      folder,
      await assignment.port(PORT),
      command[0] === 'postgres' ? command.slice(1) : command,
    );
  },

  async isWorthAsking(assignment) {
    return isPostgresReady(await assignment.port(PORT), {
      user: assignment.environment['POSTGRES_USER'] ?? 'postgres',
    });
  },
};
