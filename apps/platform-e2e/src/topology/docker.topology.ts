import { type DatabaseUrls } from '@groundwork/load';
import { eventually } from '@groundwork/testing';
import { commandIn, findCompose } from './docker-command.ts';
import { DockerContainers } from './docker-containers.ts';
import { type Residence, type ServiceName, type TopologyUnderTest } from './topology-under-test.ts';

const HEALTHY_WITHIN_MS = 120_000;

/**
 * A platform that Docker runs (`docker compose up` in the workspace root). Docker treats a `docker kill` as a manual stop,
 * so with `restart: unless-stopped` a killed container stays down until `start`.
 */
export class DockerTopology implements TopologyUnderTest {
  readonly gateways: readonly [string, string];
  readonly databases: DatabaseUrls;
  private readonly containers: DockerContainers;

  private constructor(
    containers: DockerContainers,
    gateways: readonly [string, string],
    databases: DatabaseUrls,
  ) {
    this.containers = containers;
    this.gateways = gateways;
    this.databases = databases;
  }

  /** Attaches to the running platform; `baseUrl` is the URL of the first gateway. */
  static async attach(workspaceRoot: string, baseUrl: string): Promise<DockerTopology> {
    const docker = commandIn(workspaceRoot, 'docker');
    const containers = new DockerContainers(docker, await findCompose(workspaceRoot));
    return new DockerTopology(
      containers,
      await gatewayUrls(containers, baseUrl),
      await databaseUrls(containers),
    );
  }

  async kill(service: ServiceName, replica?: number): Promise<void> {
    const running = (await this.containers.of(service, replica)).filter(({ isRunning }) => isRunning);
    await this.containers.order(running, 'kill', '--signal', 'KILL');
  }

  async stop(service: ServiceName): Promise<void> {
    await this.containers.order(await this.containers.of(service), 'stop', '--time', '30');
  }

  async start(service: ServiceName): Promise<void> {
    await this.containers.order(await this.containers.of(service), 'start');
  }

  async waitHealthy(service: ServiceName): Promise<void> {
    const areHealthy = async () => (await this.containers.of(service)).every(({ isHealthy }) => isHealthy);
    await eventually(areHealthy, { within: HEALTHY_WITHIN_MS, every: 200 });
  }

  async startThirdShard(): Promise<string> {
    await this.containers.add('shard-3', 'postgres-shard-3');
    await this.waitHealthy('postgres-shard-3');
    return databaseUrl(this.containers, 'postgres-shard-3', 'orders');
  }

  async residentMemory(): Promise<readonly Residence[]> {
    const stats = await this.containers.order(
      await this.containers.all(),
      'stats',
      '--no-stream',
      '--format',
      '{{.Name}}\t{{.MemUsage}}',
    );
    return stats.split('\n').map((line) => {
      const [process = '', usage = ''] = line.split('\t');
      return { process, bytes: bytesOf(usage) };
    });
  }

  async close(): Promise<void> {
    // The run has not started the platform, so it does not stop it.
  }
}

async function databaseUrl(
  containers: DockerContainers,
  service: ServiceName,
  database: string,
): Promise<string> {
  const [port] = (await containers.of(service)).flatMap(({ ports }) => ports.get(5432) ?? []);
  if (port === undefined)
    throw new Error(
      `Docker publishes no port of ${service}; start the topology from this folder's docker-compose.yml.`,
    );
  return `postgres://groundwork:groundwork@127.0.0.1:${port}/${database}`;
}

async function databaseUrls(containers: DockerContainers): Promise<DatabaseUrls> {
  const url = (service: ServiceName, database: string) => databaseUrl(containers, service, database);
  return {
    shards: {
      'shard-1': await url('postgres-shard-1', 'orders'),
      'shard-2': await url('postgres-shard-2', 'orders'),
    },
    directory: await url('postgres-directory', 'directory'),
    events: await url('postgres-events', 'events'),
  };
}

async function gatewayUrls(
  containers: DockerContainers,
  baseUrl: string,
): Promise<readonly [string, string]> {
  const first = new URL(baseUrl);
  const ports = (await containers.of('api-gateway')).flatMap(({ ports: published }) => [
    ...published.values(),
  ]);
  const second = new URL(baseUrl);
  second.port = String(ports.find((port) => port !== Number(first.port)) ?? first.port);
  return [first.origin, second.origin];
}

/** Parses Docker's human-readable memory usage: `123.4MiB / 256MiB`. */
function bytesOf(usage: string): number {
  const units: Readonly<Record<string, number>> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };
  const [, amount = '0', unit = 'B'] = /^([\d.]+)(B|KiB|MiB|GiB)/.exec(usage) ?? [];
  return Math.round(Number(amount) * (units[unit] ?? 1));
}
