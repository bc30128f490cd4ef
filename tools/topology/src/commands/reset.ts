import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { say } from '../host/say.ts';
import { WORKSPACE } from '../start-topology.ts';
import { endLeftovers } from '../state/end-leftovers.ts';
import { stateFolder } from '../state/state-folder.ts';
import { TopologyError } from '../topology.error.ts';
import { type Command } from './command.ts';
import { stopRunner } from './down.ts';

export const reset: Command = {
  usage: 'npm run reset',
  about: 'stop the platform and remove its data and logs',
  options: { yes: { type: 'boolean', short: 'y' } },

  async run({ project, flags }) {
    const folder = stateFolder(WORKSPACE, project).path;
    if (flags['yes'] !== true && !(await confirmed(folder))) {
      say('Nothing was removed.');
      return 1;
    }
    if (await stopRunner(folder)) say('The platform was running; everything has stopped.');
    await endLeftovers(folder);
    rmSync(folder, { recursive: true, force: true });
    say(`Removed ${folder}.`);
    return 0;
  },
};

async function confirmed(folder: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new TopologyError('not-confirmed', `this removes all data in ${folder}: run it again with --yes`);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`Stop everything and remove all data in ${folder}? [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
