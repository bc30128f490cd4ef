import { installMissingTools, JAVA, MAVEN, REDIS, startKafka, startPostgres } from '@groundwork/topology';
import { memoryFolder } from './temporary-folder.ts';

/**
 * The variables with the addresses of the shared servers. `npm test` starts the servers once and sets these for all
 * projects.
 */
export const POSTGRES_URL = 'GROUNDWORK_TEST_POSTGRES_URL';
export const KAFKA_BROKERS = 'GROUNDWORK_TEST_KAFKA_BROKERS';

export type SharedServer = 'postgres' | 'kafka';

export interface RunServers {
  /** Variables for the environment of the test processes. */
  readonly environment: Record<string, string>;
  stop(): Promise<void>;
}

/**
 * Starts the shared servers of a run. They end with this process, even when it is killed. `stop` also removes their data.
 */
export async function startRunServers(wanted: readonly SharedServer[]): Promise<RunServers> {
  await installMissingTools(toolsOf(wanted), (line) => process.stderr.write(`${line}\n`));
  const folder = memoryFolder('test');
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    await Promise.all(stops.map((stopOne) => stopOne()));
    folder.remove();
  };
  try {
    const environments = await Promise.all(wanted.map((server) => start[server](folder.path, stops)));
    return { environment: Object.assign({}, ...environments) as Record<string, string>, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Every test may start its own Redis, so its tool is always required. */
function toolsOf(wanted: readonly SharedServer[]) {
  return wanted.includes('kafka') ? [REDIS, JAVA, MAVEN] : [REDIS];
}

const start = {
  async postgres(folder: string, stops: (() => Promise<void>)[]) {
    const server = await startPostgres({ folder: `${folder}/postgres` });
    stops.push(() => server.kill());
    return { [POSTGRES_URL]: server.url };
  },
  async kafka(folder: string, stops: (() => Promise<void>)[]) {
    const server = await startKafka({ folder: `${folder}/kafka` });
    stops.push(() => server.kill());
    return { [KAFKA_BROKERS]: `127.0.0.1:${server.port}` };
  },
};

export function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(
      `${name} is not set: add globalSetup '@groundwork/testing/global-setup' to jest.config.mjs`,
    );
  }
  return value;
}
