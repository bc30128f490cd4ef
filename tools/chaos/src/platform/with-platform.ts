import { Databases } from '@groundwork/load';
import { temporaryFolder } from '@groundwork/testing';
import { orphanGuard, type RunningTopology, startTopology } from '@groundwork/topology';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export interface Platform {
  readonly topology: RunningTopology;
  readonly gateways: readonly string[];
  /** The folder with the logs of its processes. */
  readonly logs: string;
  /** Keeps the logs of a run that has found a fault. They are also kept when `work` throws. */
  keepLogs(): void;
  /** Returns the databases of the platform; they are closed with it. */
  databases(shards: readonly number[]): Databases;
}

export interface WithPlatformOptions {
  /** Keeps data and logs after the run. */
  readonly keep: boolean;
  say(line: string): void;
}

/** Starts a platform on free ports, and stops it afterwards, also when `work` fails. */
export async function withPlatform<T>(
  { keep, say }: WithPlatformOptions,
  work: (platform: Platform) => Promise<T>,
): Promise<T> {
  const folder = temporaryFolder('chaos');
  const topology = await startTopology({ stateDir: folder.path, freePorts: true });
  const opened: Databases[] = [];
  const logs = join(folder.path, 'logs');
  let hasFault = false;
  let keepsLogs = true;
  try {
    const result = await work({
      topology,
      gateways: [topology.url('api-gateway', 1), topology.url('api-gateway', 2)],
      logs,
      keepLogs: () => (hasFault = true),
      databases(shards) {
        const databases = databasesOf(topology, shards);
        opened.push(databases);
        return databases;
      },
    });
    keepsLogs = hasFault;
    return result;
  } finally {
    await Promise.all(opened.map((databases) => databases.close()));
    await topology.down();
    if (keep || keepsLogs) {
      orphanGuard.keep(folder.path);
      if (!keep) removeAllBut(logs, folder.path);
      say(`The logs are in ${logs}`);
    } else folder.remove();
  }
}

function removeAllBut(kept: string, folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (path !== kept) rmSync(path, { recursive: true, force: true });
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
