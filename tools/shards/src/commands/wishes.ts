import { DRY_RUN, EXIT } from '@groundwork/operator-cli';
import { awaitStage } from '../await-stage.ts';
import { type Command, DETACH } from '../command.ts';
import { describeMove } from '../describe.ts';
import { type Wish } from '../shard-admin.ts';
import { whichMove } from '../which-move.ts';

/** Returns a command that requests the next stage of a move and watches until the move reaches it. */
function wishCommand(wish: Wish, about: string): Command {
  return {
    usage: `${wish} [MOVE]`,
    about,
    options: { detach: DETACH, ...(wish !== 'verify' && { 'dry-run': DRY_RUN }) },
    words: [0, 1],

    async run({ admin, output, flags, words }) {
      const move = await whichMove(admin, words);
      if (flags['dry-run'] === true) {
        await admin.wish(move.id, wish, { dryRun: true });
        output.result({ dryRun: true, wish, move }, `Would ${wish}:\n${describeMove(move)}`);
        return EXIT.done;
      }
      const asked = await admin.wish(move.id, wish);
      const found = flags['detach'] === true ? asked : await awaitStage({ admin, output }, move.id, wish);
      output.result(found, describeMove(found));
      return EXIT.done;
    },
  };
}

export const verify = wishCommand(
  'verify',
  'compares row counts and checksums of every slot and table on both sides',
);
export const switchOver = wishCommand(
  'switch',
  'makes the destination the owner of the slots; its writes are copied back to the source',
);
export const reverse = wishCommand(
  'reverse',
  'makes the source the owner of the slots again, including all writes since the switch',
);
export const drop = wishCommand(
  'drop',
  'ends the move: deletes the copy that does not own the slots (before a switch: cancels it)',
);
export const abandon = wishCommand(
  'abandon',
  'ends the move without the side that does not own the slots, when its database is lost for good',
);
