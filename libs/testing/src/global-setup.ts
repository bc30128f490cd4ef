import {
  KAFKA_BROKERS,
  POSTGRES_URL,
  startRunServers,
  type RunServers,
  type SharedServer,
} from './run-servers.ts';

const NAMES: Record<SharedServer, string> = { postgres: POSTGRES_URL, kafka: KAFKA_BROKERS };

/** What the teardown of the same process ends. */
export const running: { servers?: RunServers } = {};

/** A project's `globals: { groundwork: { servers: ['postgres'] } }` says what it needs; without it, both. */
interface ProjectConfig {
  readonly globals?: { readonly groundwork?: { readonly servers?: readonly SharedServer[] } };
}

/** Jest's globalSetup: starts what this project needs and the environment does not name yet. */
export default async function globalSetup(_global: unknown, project: ProjectConfig): Promise<void> {
  const needed = project.globals?.groundwork?.servers ?? ['postgres', 'kafka'];
  const missing = needed.filter((server) => !process.env[NAMES[server]]);
  running.servers = await startRunServers(missing);
  Object.assign(process.env, running.servers.environment);
}
