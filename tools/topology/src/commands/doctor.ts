import { examine } from '../host/examine.ts';
import { say } from '../host/say.ts';
import { WORKSPACE } from '../start-topology.ts';
import { readRunner } from '../state/runner-lock.ts';
import { stateFolder } from '../state/state-folder.ts';
import { type Command } from './command.ts';

const MARKS = { good: '✔', note: '·', bad: '✘' };

export const doctor: Command = {
  usage: 'npm run doctor',
  about: 'check ports, memory, Java, Maven, Redis, Docker and disk, and show how to fix problems',

  async run({ project }) {
    const folder = stateFolder(WORKSPACE, project);
    const findings = await examine({
      workspace: WORKSPACE,
      state: folder,
      isRunning: readRunner(folder.path) !== undefined,
    });
    for (const { verdict, subject, found, remedy } of findings) {
      say(`  ${MARKS[verdict]} ${subject.padEnd(12)} ${found}`);
      if (remedy !== undefined) say(`    ${''.padEnd(12)} → ${remedy}`);
    }
    const bad = findings.filter(({ verdict }) => verdict === 'bad').length;
    say(bad === 0 ? '\nReady: npm start' : `\n${bad} problem(s) to fix before npm start works.`);
    return bad === 0 ? 0 : 1;
  },
};
