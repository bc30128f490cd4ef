import { setTimeout as delay } from 'node:timers/promises';
import { say } from '../host/say.ts';
import { WORKSPACE } from '../start-topology.ts';
import { stillRuns } from '../state/process-start-time.ts';
import { readRunner } from '../state/runner-lock.ts';
import { stateFolder } from '../state/state-folder.ts';
import { TopologyError } from '../topology.error.ts';
import { type Command } from './command.ts';

const WITHIN_MS = 90_000;

export const down: Command = {
  usage: 'npm run down',
  about: 'stop the platform; the data is kept',

  async run({ project }) {
    const folder = stateFolder(WORKSPACE, project).path;
    say(
      (await stopRunner(folder)) ? 'Everything has stopped; the data is kept.' : `Nothing runs in ${folder}.`,
    );
    return 0;
  },
};

/**
 * Asks the runner of a state folder to stop everything, and waits until it has ended. Returns false if there is no runner.
 */
export async function stopRunner(folder: string): Promise<boolean> {
  const runner = readRunner(folder);
  if (runner === undefined) return false;
  process.kill(runner.pid, 'SIGTERM');
  const deadline = Date.now() + WITHIN_MS;
  while (stillRuns(runner)) {
    if (Date.now() > deadline)
      throw new TopologyError(
        'not-stopped',
        `the runner (process ${runner.pid}) has not stopped after ${WITHIN_MS / 1_000} s`,
      );
    await delay(50);
  }
  return true;
}
