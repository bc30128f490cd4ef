import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TopologyError } from '../topology.error.ts';
import { identityOf, stillRuns, type ProcessIdentity } from './process-start-time.ts';

/**
 * Allows one runner for each state folder. The lock is a file that names its holder; the death of the holder, by any signal,
 * releases it. `link` makes the file appear with its content, so a reader never sees an incomplete lock.
 */
export function acquireRunnerLock(stateFolder: string): () => void {
  const lock = join(stateFolder, 'runner.lock');
  const mine = `${lock}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(identityOf(process.pid)));
  try {
    while (!appeared(mine, lock)) {
      refuseSecondRunner(stateFolder);
      removeStale(lock, `${mine}.stale`);
    }
  } finally {
    rmSync(mine, { force: true });
  }
  return () => rmSync(lock, { force: true });
}

/** Returns the runner of this state folder, if one is alive. */
export function readRunner(stateFolder: string): ProcessIdentity | undefined {
  return livingHolder(join(stateFolder, 'runner.lock'));
}

export function refuseSecondRunner(stateFolder: string): void {
  const holder = readRunner(stateFolder);
  if (holder !== undefined) throw alreadyRunning(stateFolder, holder);
}

function livingHolder(lock: string): ProcessIdentity | undefined {
  try {
    const holder = JSON.parse(readFileSync(lock, 'utf8')) as ProcessIdentity;
    return stillRuns(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}

function appeared(mine: string, lock: string): boolean {
  try {
    linkSync(mine, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Another runner may have taken over the lock between the check and the removal; then its lock is restored. */
function removeStale(lock: string, aside: string): void {
  try {
    renameSync(lock, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (livingHolder(aside) !== undefined) appeared(aside, lock);
  rmSync(aside, { force: true });
}

function alreadyRunning(stateFolder: string, { pid }: ProcessIdentity): TopologyError {
  return new TopologyError(
    'already-running',
    `the platform of ${stateFolder} already runs (process ${pid}): npm run status shows it, npm run down stops it, ` +
      'npm run up -- --profile NAME adds services to it, --project NAME runs a second platform',
    { retryable: true },
  );
}
