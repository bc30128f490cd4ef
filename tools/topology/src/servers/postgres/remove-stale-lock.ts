import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Removes the lock file of a Postgres that ended without its own clean-up, in cases that Postgres does not detect: it treats
 * any process of its user with the pid in `postmaster.pid` as its predecessor, and a file that a power loss has emptied as
 * one that a predecessor is writing. The lock stays when the process may be a Postgres of this folder.
 */
export function removeStaleLock(folder: string): void {
  const file = join(folder, 'postmaster.pid');
  const pid = Number(/^\d+(?=\n)/.exec(read(file) ?? '')?.[0] ?? 0);
  if (pid === 0 || !mayBePostgresOf(folder, pid)) rmSync(file, { force: true });
}

function mayBePostgresOf(folder: string, pid: number): boolean {
  if (!/postgres|postmaster/.test(nameOf(pid) ?? '')) return false;
  try {
    // Every process of a Postgres works in its data folder. Only Linux shows the working folder of a process.
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(folder);
  } catch {
    return true;
  }
}

function nameOf(pid: number): string | undefined {
  try {
    return execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return undefined;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
