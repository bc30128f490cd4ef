import { DRY_RUN, EXIT } from '@groundwork/operator-cli';
import { awaitStage } from '../await-stage.ts';
import { type Command, DETACH } from '../command.ts';
import { describeMove } from '../describe.ts';
import { type Wish } from '../shard-admin.ts';
import { whichMove } from '../which-move.ts';

/** A command that asks for the next stage of a move and watches until it is there. */
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
  'lets the destination own the slots; what is written there is brought back to the source',
);
export const reverse = wishCommand(
  'reverse',
  'lets the source own the slots again; nothing that was written since is lost',
);
export const drop = wishCommand(
  'drop',
  'ends the move: deletes the copy that does not own the slots (before a switch: cancels it)',
);
export const abandon = wishCommand(
  'abandon',
  'ends the move without the side that does not own the slots: its database is lost for good',
);
