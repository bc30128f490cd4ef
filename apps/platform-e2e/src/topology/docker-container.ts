import { type Command } from './docker-command.ts';

/** A container of the topology: one replica of a service. */
export interface Container {
  readonly id: string;
  readonly name: string;
  readonly replica: number;
  readonly isRunning: boolean;
  readonly isHealthy: boolean;
  /** Published ports, container port → port on this machine. */
  readonly ports: ReadonlyMap<number, number>;
}

interface Inspected {
  readonly Id: string;
  readonly Name: string;
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
  readonly State: { readonly Running: boolean; readonly Health?: { readonly Status: string } };
  readonly NetworkSettings: {
    readonly Ports: Readonly<Record<string, readonly { readonly HostPort: string }[] | null>>;
  };
}

/** Returns the containers with these ids, in the order of their replica numbers. */
export async function inspectContainers(
  docker: Command,
  ids: readonly string[],
): Promise<readonly Container[]> {
  if (ids.length === 0) return [];
  const inspected = JSON.parse(await docker('inspect', ...ids)) as readonly Inspected[];
  return inspected.map(toContainer).sort((a, b) => a.replica - b.replica);
}

function toContainer({ Id, Name, Config, State, NetworkSettings }: Inspected): Container {
  const ports = Object.entries(NetworkSettings.Ports ?? {}).flatMap(([port, bindings]) =>
    (bindings ?? []).map(({ HostPort }) => [Number.parseInt(port, 10), Number(HostPort)] as const),
  );
  return {
    id: Id,
    name: Name.replace(/^\//, ''),
    replica: Number(Config.Labels['com.docker.compose.container-number'] ?? 1),
    isRunning: State.Running,
    // A service without a health check counts as healthy while it runs.
    isHealthy: State.Running && (State.Health?.Status ?? 'healthy') === 'healthy',
    ports: new Map(ports),
  };
}
