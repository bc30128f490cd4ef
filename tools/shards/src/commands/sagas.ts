import { EXIT, table } from '@groundwork/operator-cli';
import { type Command } from '../command.ts';

export const sagas: Command = {
  usage: 'sagas',
  about: 'lists work over several shards that started more than a minute ago and has not ended',
  options: {},
  words: [0, 0],

  async run({ admin, output }) {
    const stuck = await admin.unfinishedSagas();
    const rows = stuck.map(({ id, saga, slot, state, step, begunAt }) => [
      saga,
      id,
      `${slot}`,
      state,
      `${step}`,
      begunAt,
    ]);
    const text =
      rows.length === 0
        ? '  no saga is stuck'
        : table([['saga', 'id', 'slot', 'state', 'step', 'started at'], ...rows]);
    output.result({ items: stuck }, text);
    return EXIT.done;
  },
};
