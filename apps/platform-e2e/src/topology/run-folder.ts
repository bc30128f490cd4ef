import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'groundwork-e2e-';

/** A fresh folder for a run's data and logs. What earlier runs of this user left (cut short, or red) goes away now. */
export function newRunFolder(): string {
  const folders = readdirSync(tmpdir()).filter((name) => name.startsWith(PREFIX));
  for (const folder of folders.filter(hasEnded)) {
    // Another user's may not be removed, nor does it have to be.
    try {
      rmSync(join(tmpdir(), folder), { recursive: true });
    } catch (error) {
      if (!['EACCES', 'EPERM', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  // Postgres runs as another user than root.
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
