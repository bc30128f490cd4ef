import { type RequestShardMove } from '@groundwork/contracts';
import { DRY_RUN, EXIT, usageError, wholeNumber } from '@groundwork/operator-cli';
import { awaitStage } from '../await-stage.ts';
import { type Command, DETACH } from '../command.ts';
import { describeMove } from '../describe.ts';

export const move: Command = {
  usage: 'move --to SHARD --slots RANGES',
  about:
    'copies slots to another shard and follows their changes; their current owner continues to serve them',
  options: {
    to: { type: 'string', value: 'SHARD', about: 'the shard that receives the slots' },
    slots: { type: 'string', value: 'RANGES', about: 'the slots to move, e.g. 0-511,600' },
    'chunk-slots': {
      type: 'string',
      value: 'N',
      about: 'how many slots are switched under one lock (default: 8)',
    },
    epoch: {
      type: 'string',
      value: 'N',
      about: 'refuse the move if the epoch of the slot map is no longer N',
    },
    detach: DETACH,
    'dry-run': DRY_RUN,
  },
  words: [0, 0],

  async run({ admin, output, flags }) {
    const request = requestOf(flags);
    if (flags['dry-run'] === true) {
      const { slots, chunks } = await admin.request(request, { dryRun: true });
      output.result(
        {
          dryRun: true,
          ...request,
          slotCount: slots,
          chunks: chunks.map(({ from, to, slots }) => ({ from, to, slots })),
        },
        `Would copy ${slots} slots to ${request.moves[0]?.to}, in ${chunks.length} chunks.`,
      );
      return EXIT.done;
    }
    const requested = await admin.request(request);
    output.note(`move ${requested.id}: ${requested.slots} slots to ${request.moves[0]?.to}`);
    const found =
      flags['detach'] === true ? requested : await awaitStage({ admin, output }, requested.id, 'copy');
    output.result(found, describeMove(found));
    return EXIT.done;
  },
};

function requestOf(flags: Readonly<Record<string, unknown>>): RequestShardMove {
  const { to, slots } = flags as { to?: string; slots?: string };
  if (to === undefined || slots === undefined) {
    throw usageError('expected --to and --slots, e.g. move --to shard-3 --slots 0-511,600');
  }
  const epoch = wholeNumber(flags, 'epoch');
  const chunkSlots = wholeNumber(flags, 'chunk-slots');
  return {
    moves: [{ to, slots }],
    ...(epoch !== undefined && { epoch }),
    ...(chunkSlots !== undefined && { chunkSlots }),
  };
}
