import { EXIT } from '@groundwork/operator-cli';
import { type Command, FAULTY } from '../command.ts';
import { describeMove, describeShards } from '../describe.ts';

export const status: Command = {
  usage: 'status',
  about: 'shows the shards, their slots, the mover, hot slots, and the progress of each move',
  options: { all: { type: 'boolean', about: 'include finished moves' } },
  words: [0, 0],

  async run({ admin, output, flags }) {
    const shards = await admin.shards();
    const moves = await admin.moves({ finished: flags['all'] === true });
    const told = moves.length === 0 ? ['  no move is open'] : moves.map(describeMove);
    output.result({ ...shards, moves }, [describeShards(shards), '', ...told].join('\n'));
    return moves.some(
      ({ finishedAt, chunks }) => finishedAt === null && chunks.some(({ fault }) => fault !== null),
    )
      ? FAULTY
      : EXIT.done;
  },
};
