import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'groundwork-e2e-';

/**
 * Creates a folder for the data and logs of a run. Removes the folders of earlier interrupted or failed runs of this user.
 */
export function newRunFolder(): string {
  const folders = readdirSync(tmpdir()).filter((name) => name.startsWith(PREFIX));
  for (const folder of folders.filter(hasEnded)) {
    // The folder of another user cannot be removed, and does not have to be.
    try {
      rmSync(join(tmpdir(), folder), { recursive: true });
    } catch (error) {
      if (!['EACCES', 'EPERM', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  // Postgres does not run as root, so another user must be able to read the folder.
  chmodSync(folder, 0o755);
  return folder;
}

function hasEnded(folder: string): boolean {
  try {
    return !process.kill(Number.parseInt(folder.slice(PREFIX.length), 10), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'EPERM';
  }
}
