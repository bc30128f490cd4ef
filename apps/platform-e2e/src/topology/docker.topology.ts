import { eventually } from '@groundwork/testing';
import { docker, findCompose } from './docker-command.ts';
import { type Container, inspectContainers } from './docker-containers.ts';
import {
  type DatabaseUrls,
  type Residence,
  type ServiceName,
  type TopologyUnderTest,
} from './topology-under-test.ts';

const HEALTHY_WITHIN_MS = 120_000;

/**
 * A platform that Docker runs (`docker compose up` in the workspace root). Containers are killed through the engine, which
 * counts that as a stop by hand: `restart: unless-stopped` leaves them down until `start`.
 */
export class DockerTopology implements TopologyUnderTest {
  readonly gateways: readonly [string, string];
  readonly databases: DatabaseUrls;
  private readonly containersOf: (service: ServiceName) => Promise<readonly Container[]>;
  private readonly docker: (...args: readonly string[]) => Promise<string>;

  private constructor(
    gateways: readonly [string, string],
    databases: DatabaseUrls,
    containersOf: (service: ServiceName) => Promise<readonly Container[]>,
    run: (...args: readonly string[]) => Promise<string>,
  ) {
    this.gateways = gateways;
    this.databases = databases;
    this.containersOf = containersOf;
    this.docker = run;
  }

  /** Finds the running containers; `baseUrl` is the first gateway's. */
  static async attach(workspaceRoot: string, baseUrl: string): Promise<DockerTopology> {
    const compose = await findCompose(workspaceRoot);
    const containersOf = async (service: ServiceName) =>
      inspectContainers(
        workspaceRoot,
        (await compose('ps', '-a', '-q', service)).split(/\s+/).filter(Boolean),
      );
    const databases = await databaseUrls(containersOf);
    const gateways = await gatewayUrls(containersOf, baseUrl);
    return new DockerTopology(gateways, databases, containersOf, (...args) => docker(workspaceRoot, ...args));
  }

  async kill(service: ServiceName, replica?: number): Promise<void> {
    const running = (await this.replicas(service, replica)).filter(({ isRunning }) => isRunning);
    await this.onEach(running, 'kill', '--signal', 'KILL');
  }

  async stop(service: ServiceName): Promise<void> {
    await this.onEach(await this.replicas(service), 'stop', '--time', '30');
  }

  async start(service: ServiceName): Promise<void> {
    await this.onEach(await this.replicas(service), 'start');
  }

  async waitHealthy(service: ServiceName): Promise<void> {
    await eventually(async () => (await this.replicas(service)).every(({ isHealthy }) => isHealthy), {
      within: HEALTHY_WITHIN_MS,
    });
  }

  async residentMemory(): Promise<readonly Residence[]> {
    const lines = (await this.docker('stats', '--no-stream', '--format', '{{.Name}}\t{{.MemUsage}}')).split(
      '\n',
    );
    return lines.filter(Boolean).map((line) => {
      const [process = '', usage = ''] = line.split('\t');
      return { process, bytes: bytesOf(usage) };
    });
  }

  async close(): Promise<void> {
    // Nothing of it is ours.
  }

  private async replicas(service: ServiceName, replica?: number): Promise<readonly Container[]> {
    const containers = await this.containersOf(service);
    const chosen = replica === undefined ? containers : containers.slice(replica - 1, replica);
    if (chosen.length === 0) throw new Error(`Docker has no replica ${replica ?? 1} of ${service}.`);
    return chosen;
  }

  private async onEach(containers: readonly Container[], ...command: readonly string[]): Promise<void> {
    if (containers.length > 0) await this.docker(...command, ...containers.map(({ id }) => id));
  }
}

type ContainersOf = (service: ServiceName) => Promise<readonly Container[]>;

async function databaseUrls(containersOf: ContainersOf): Promise<DatabaseUrls> {
  const url = async (service: ServiceName, database: string) =>
    `postgres://groundwork:groundwork@127.0.0.1:${await publishedPort(containersOf, service, 5432)}/${database}`;
  return {
    shards: [await url('postgres-shard-1', 'orders'), await url('postgres-shard-2', 'orders')],
    events: await url('postgres-events', 'events'),
  };
}

async function publishedPort(
  containersOf: ContainersOf,
  service: ServiceName,
  port: number,
): Promise<number> {
  const published = (await containersOf(service))[0]?.ports.get(port);
  if (published === undefined) throw new Error(`Docker publishes no port of ${service}: is the topology up?`);
  return published;
}

async function gatewayUrls(containersOf: ContainersOf, baseUrl: string): Promise<readonly [string, string]> {
  const first = new URL(baseUrl);
  const ports = (await containersOf('api-gateway')).flatMap(({ ports: published }) => [
    ...published.values(),
  ]);
  const other = ports.find((port) => port !== Number(first.port)) ?? Number(first.port);
  return [first.origin, `${first.protocol}//${first.hostname}:${other}`];
}

/** Docker writes memory for people: `123.4MiB / 256MiB`. */
function bytesOf(usage: string): number {
  const units: Readonly<Record<string, number>> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };
  const match = /^([\d.]+)(B|KiB|MiB|GiB)/.exec(usage);
  return match === null ? 0 : Math.round(Number(match[1]) * (units[match[2] ?? 'B'] ?? 1));
}
