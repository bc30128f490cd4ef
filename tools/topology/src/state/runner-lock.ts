import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TopologyError } from '../topology.error.ts';
import { identityOf, stillRuns, type ProcessIdentity } from './process-start-time.ts';

/**
 * One runner a state folder. The lock is a file that names its holder; the holder's death, by whatever signal, frees it.
 * `link` makes it appear with its content, so nobody ever reads half a lock.
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

/** The runner of this state folder, if one is alive. */
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

/** Between the look and the removal another runner may have taken the lock over: then it gets it back. */
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
      'npm run up -- --profile NAME adds to it, --project NAME runs another one beside it',
    { retryable: true },
  );
}
