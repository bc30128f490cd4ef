import { orphanGuard } from '@groundwork/topology';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** A folder that its owner removes, or, when this process is killed, the orphan guard does. */
export function temporaryFolder(prefix: string): { path: string; remove(): void } {
  // Not os.tmpdir(): it may be a private folder, through which the user that Postgres runs as cannot pass.
  const path = mkdtempSync(join('/tmp', `groundwork-${prefix}-`));
  chmodSync(path, 0o711);
  orphanGuard.removeAfterDeath(path);
  const remove = () => {
    rmSync(path, { recursive: true, force: true });
    orphanGuard.keep(path);
  };
  return { path, remove };
}
