import { EXIT } from '@groundwork/operator-cli';
import { type Command, FAULTY } from '../command.ts';
import { describeMove, describeShards } from '../describe.ts';

export const status: Command = {
  usage: 'status',
  about: 'the shards, what they own, who moves slots, hot slots, and how far each move is',
  options: { all: { type: 'boolean', about: 'finished moves, too' } },
  words: [0, 0],

  async run({ admin, output, flags }) {
    const shards = await admin.shards();
    const moves = await admin.moves({ finished: flags['all'] === true });
    const told = moves.length === 0 ? ['  nothing is on the move'] : moves.map(describeMove);
    output.result({ ...shards, moves }, [describeShards(shards), '', ...told].join('\n'));
    return moves.some(
      ({ finishedAt, chunks }) => finishedAt === null && chunks.some(({ fault }) => fault !== null),
    )
      ? FAULTY
      : EXIT.done;
  },
};
