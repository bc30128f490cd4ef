import { type ShardMove } from '@groundwork/contracts';
import { CliError, DRY_RUN, EXIT } from '@groundwork/operator-cli';
import { awaitStage } from '../await-stage.ts';
import { type Command, type Invocation } from '../command.ts';
import { describeMove, describePlan } from '../describe.ts';

export const rebalance: Command = {
  usage: 'rebalance [SHARD …]',
  about:
    'plan, move, verify, switch and drop in one command; run again after an interruption, it resumes the open move',
  options: { 'dry-run': DRY_RUN },
  words: [0, 100],

  async run(invocation) {
    const { admin, output, flags, words } = invocation;
    const open = await openMove(invocation);
    if (open === undefined || flags['dry-run'] === true) {
      const plan = await admin.plan(words);
      if (flags['dry-run'] === true || plan.moves.length === 0) {
        output.result({ dryRun: flags['dry-run'] === true, ...plan, open: open ?? null }, describePlan(plan));
        return EXIT.done;
      }
      output.note(describePlan(plan));
      const moves = plan.moves.map(({ to, slots }) => ({ to, slots }));
      return finish(invocation, await admin.request({ epoch: plan.epoch, moves }));
    }
    output.note(`resuming move ${open.id}`);
    return finish(invocation, open);
  },
};

async function openMove({ admin }: Invocation): Promise<ShardMove | undefined> {
  const [open, ...others] = await admin.moves();
  if (others.length > 0) {
    throw new CliError(
      'which-move',
      EXIT.refused,
      'several moves are open: finish or drop each of them first',
    );
  }
  return open;
}

/** Requests every stage that the move has not reached yet, so it may start at any stage. */
async function finish({ admin, output }: Invocation, { id, goal }: ShardMove): Promise<number> {
  if (goal === 'reverse') {
    throw new CliError(
      'move-reversed',
      EXIT.refused,
      `move ${id} was reversed: drop it or switch it by its number`,
    );
  }
  if (goal !== 'drop') {
    const copied = await awaitStage({ admin, output }, id, 'copy');
    if (copied.switched === 0) {
      await admin.wish(id, 'verify');
      await awaitStage({ admin, output }, id, 'verify');
    }
    await admin.wish(id, 'switch');
    await awaitStage({ admin, output }, id, 'switch');
    await admin.wish(id, 'drop');
  }
  const found = await awaitStage({ admin, output }, id, 'drop');
  output.result(found, describeMove(found));
  return EXIT.done;
}
