import { EXIT } from '@groundwork/operator-cli';
import { type Command } from '../command.ts';
import { describeList } from '../describe.ts';

export const list: Command = {
  usage: 'list',
  about: 'lists the consumer groups with their members, their lag and their pauses',
  options: {},
  words: [0, 0],

  async run({ admin, output }) {
    const items = await admin.list();
    output.result({ items }, describeList(items));
    return EXIT.done;
  },
};
