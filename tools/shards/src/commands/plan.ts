import { EXIT } from '@groundwork/operator-cli';
import { type Command } from '../command.ts';
import { describePlan } from '../describe.ts';

export const plan: Command = {
  usage: 'plan [SHARD …]',
  about:
    'shows which slots would move so that these shards (default: all) share them evenly; changes nothing',
  options: {},
  words: [0, 100],

  async run({ admin, output, words }) {
    const found = await admin.plan(words);
    output.result(found, describePlan(found));
    return EXIT.done;
  },
};
