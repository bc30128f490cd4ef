import { Databases } from '@groundwork/load';
import { temporaryFolder } from '@groundwork/testing';
import { orphanGuard, type RunningTopology, startTopology } from '@groundwork/topology';
import { join } from 'node:path';

export interface Platform {
  readonly topology: RunningTopology;
  readonly gateways: readonly string[];
  /** Where the logs of its processes are. */
  readonly logs: string;
  /** The databases of it; closed with it. */
  databases(shards: readonly number[]): Databases;
}

/** Starts a platform on free ports, and ends it, however the work ends. @param keep leave data and logs behind */
export async function withPlatform<T>(keep: boolean, work: (platform: Platform) => Promise<T>): Promise<T> {
  const folder = temporaryFolder('chaos');
  const topology = await startTopology({ stateDir: folder.path, freePorts: true });
  const opened: Databases[] = [];
  try {
    return await work({
      topology,
      gateways: [topology.url('api-gateway', 1), topology.url('api-gateway', 2)],
      logs: join(folder.path, 'logs'),
      databases(shards) {
        const databases = databasesOf(topology, shards);
        opened.push(databases);
        return databases;
      },
    });
  } finally {
    await Promise.all(opened.map((databases) => databases.close()));
    await topology.down();
    if (keep) orphanGuard.keep(folder.path);
    else folder.remove();
  }
}

function databasesOf(topology: RunningTopology, shards: readonly number[]): Databases {
  return new Databases({
    shards: Object.fromEntries(
      shards.map((shard) => [`shard-${shard}`, topology.database(`postgres-shard-${shard}`)]),
    ),
    directory: topology.database('postgres-directory'),
    events: topology.database('postgres-events'),
  });
}
