import { WORKSPACE } from '../start-topology.ts';
import { TopologyError } from '../topology.error.ts';
import { type ProcessIdentity } from './process-start-time.ts';
import { readRunner } from './runner-lock.ts';
import { readState, type RecordedState } from './state-file.ts';
import { stateFolder } from './state-folder.ts';

/** Returns the state of a project whose runner is alive; otherwise throws an error that says how to start it. */
export function runningState(project: string): {
  folder: string;
  runner: ProcessIdentity;
  state: RecordedState;
} {
  const folder = stateFolder(WORKSPACE, project).path;
  const runner = readRunner(folder);
  const state = readState(folder);
  if (runner === undefined || state === undefined) {
    throw new TopologyError('not-running', `nothing runs in ${folder}: npm start or npm run up starts it`);
  }
  return { folder, runner, state };
}
