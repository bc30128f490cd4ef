import { setTimeout as delay } from 'node:timers/promises';
import { signalTree } from '../servers/process/process-tree.ts';
import { stillRuns } from './process-start-time.ts';
import { readState } from './state-file.ts';

const PATIENCE_MS = 15_000;

/**
 * After a runner was killed, its orphan guard ends its processes. A new runner waits for that, then kills the processes that
 * still run. Only processes that the state file identifies by pid and start time are killed.
 */
export async function endLeftovers(stateFolder: string): Promise<void> {
  const known = readState(stateFolder)?.replicas.flatMap(({ process }) => process ?? []) ?? [];
  const deadline = Date.now() + PATIENCE_MS;
  while (known.some(stillRuns) && Date.now() < deadline) await delay(50);
  for (const left of known.filter(stillRuns)) signalTree(left.pid, 'SIGKILL');
  while (known.some(stillRuns)) await delay(20);
}
