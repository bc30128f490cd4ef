import { EXIT } from '@groundwork/operator-cli';
import { type Command } from '../command.ts';
import { describeStats } from '../describe/describe-stats.ts';

export const stats: Command = {
  usage: 'stats',
  about: 'counts dead letters by status, type, error and hour, and shows the open incidents',
  options: {},
  words: [0, 0],

  async run({ admin, output }) {
    const found = await admin.stats();
    output.result(found, describeStats(found, Date.now()));
    return EXIT.done;
  },
};
