import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ReplicaStatus } from '../engine/replica-state.ts';
import { type ProcessIdentity } from './process-start-time.ts';

export interface RecordedReplica extends Omit<ReplicaStatus, 'pid'> {
  readonly process: ProcessIdentity | undefined;
  /** Container port → loopback port. */
  readonly ports: Readonly<Record<string, number>>;
}

/** The state that the runner records for other commands. */
export interface RecordedState {
  readonly phase: 'starting' | 'ready' | 'stopping' | 'stopped' | 'failed';
  readonly baseUrl: string | undefined;
  readonly replicas: readonly RecordedReplica[];
}

/** Readers see the old state or the new one, never a mixture. If the folder was removed, nothing is recorded. */
export function writeState(stateFolder: string, state: RecordedState): void {
  const file = join(stateFolder, 'state.json');
  try {
    writeFileSync(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`);
    renameSync(`${file}.new`, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

export function readState(stateFolder: string): RecordedState | undefined {
  try {
    return JSON.parse(readFileSync(join(stateFolder, 'state.json'), 'utf8')) as RecordedState;
  } catch {
    return undefined;
  }
}
