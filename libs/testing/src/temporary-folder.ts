import { orphanGuard } from '@groundwork/topology';
import { accessSync, chmodSync, constants, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

// Not os.tmpdir(): it may be a private folder, through which the user that Postgres runs as cannot pass.
const DISK = '/tmp';
/** Linux's file system in memory. */
const MEMORY = '/dev/shm';
const ROOM_BYTES = 4 * 2 ** 30;

/**
 * A folder in memory for servers whose data may be lost with the machine, if there is room. A new database is 300 files, which
 * take 430 ms on an ext4 disk and 17 ms in memory. Otherwise it is a folder on the disk.
 */
export function memoryFolder(prefix: string): { path: string; remove(): void } {
  return folderIn(hasRoom(MEMORY) ? MEMORY : DISK, prefix);
}

/** A folder that its owner removes, or, when this process is killed, the orphan guard does. */
export function temporaryFolder(prefix: string): { path: string; remove(): void } {
  return folderIn(DISK, prefix);
}

function folderIn(place: string, prefix: string): { path: string; remove(): void } {
  const path = mkdtempSync(join(place, `groundwork-${prefix}-`));
  chmodSync(path, 0o711);
  orphanGuard.removeAfterDeath(path);
  const remove = () => {
    rmSync(path, { recursive: true, force: true });
    orphanGuard.keep(path);
  };
  return { path, remove };
}

/** A container's is often 64 MiB; and what it holds is memory that the tests lack. */
function hasRoom(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    const { bavail, bsize } = statfsSync(folder);
    return Math.min(bavail * bsize, process.availableMemory()) >= ROOM_BYTES;
  } catch {
    return false;
  }
}
