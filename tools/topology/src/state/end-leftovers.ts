import { setTimeout as delay } from 'node:timers/promises';
import { stillRuns } from './process-start-time.ts';
import { readState } from './state-file.ts';

const PATIENCE_MS = 15_000;

/**
 * After a runner was killed its orphan guard is ending what it left; a new runner waits for that, and ends by force what is
 * left even then. Only processes that the state file knows by pid and start time.
 */
export async function endLeftovers(stateFolder: string): Promise<void> {
  const known = readState(stateFolder)?.replicas.flatMap(({ process }) => process ?? []) ?? [];
  const deadline = Date.now() + PATIENCE_MS;
  while (known.some(stillRuns) && Date.now() < deadline) await delay(50);
  for (const left of known.filter(stillRuns)) process.kill(-left.pid, 'SIGKILL');
  while (known.some(stillRuns)) await delay(20);
}
