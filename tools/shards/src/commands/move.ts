import { type RequestShardMove } from '@groundwork/contracts';
import { awaitStage } from '../await-stage.ts';
import { type Command } from '../command.ts';
import { describeMove } from '../describe.ts';
import { EXIT, ShardsError } from '../shards.error.ts';

export const move: Command = {
  usage: 'move --to SHARD --slots RANGES',
  about: 'copies slots to another shard and follows what changes there; who serves them stays as it is',
  options: {
    to: { type: 'string' },
    slots: { type: 'string' },
    'chunk-slots': { type: 'string' },
    epoch: { type: 'string' },
    detach: { type: 'boolean' },
    'dry-run': { type: 'boolean' },
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
    throw new ShardsError(
      'usage',
      EXIT.usage,
      'say where to and which slots: move --to shard-3 --slots 0-511,600',
    );
  }
  const epoch = wholeNumber(flags, 'epoch');
  const chunkSlots = wholeNumber(flags, 'chunk-slots');
  return {
    moves: [{ to, slots }],
    ...(epoch !== undefined && { epoch }),
    ...(chunkSlots !== undefined && { chunkSlots }),
  };
}

function wholeNumber(flags: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const text = flags[name];
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(String(text))) return Number(text);
  throw new ShardsError(
    'usage',
    EXIT.usage,
    `--${name} ${String(text)}: expected a whole number, at least 1`,
  );
}
