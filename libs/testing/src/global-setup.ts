import {
  KAFKA_BROKERS,
  POSTGRES_URL,
  startRunServers,
  type RunServers,
  type SharedServer,
} from './run-servers.ts';

const NAMES: Record<SharedServer, string> = { postgres: POSTGRES_URL, kafka: KAFKA_BROKERS };

/** The servers that the teardown of the same process stops. */
export const running: { servers?: RunServers } = {};

/** A project names its servers in `globals: { groundwork: { servers: ['postgres'] } }`. Default: both. */
interface ProjectConfig {
  readonly globals?: { readonly groundwork?: { readonly servers?: readonly SharedServer[] } };
}

/** Jest's globalSetup. Starts the servers that this project needs, except those that the environment already names. */
export default async function globalSetup(_global: unknown, project: ProjectConfig): Promise<void> {
  const needed = project.globals?.groundwork?.servers ?? ['postgres', 'kafka'];
  const missing = needed.filter((server) => !process.env[NAMES[server]]);
  running.servers = await startRunServers(missing);
  Object.assign(process.env, running.servers.environment);
}
