import { BY, EXIT, requestedBy, usageError } from '@groundwork/operator-cli';
import { type Command, type Flags } from '../command.ts';
import { describeDecision } from '../describe/describe-decisions.ts';
import { describeEvent } from '../describe/describe-letter.ts';
import { letterId } from '../options/ids.ts';

export const discard: Command = {
  usage: 'discard ID --reason TEXT',
  about: 'gives up an event for good',
  options: {
    reason: { type: 'string', value: 'TEXT', about: 'the reason, recorded for the audit' },
    by: BY,
  },
  words: [1, 1],

  async run({ admin, output, flags, words }) {
    const id = letterId(words);
    const wish = { reason: reasonOf(flags), by: requestedBy(flags) };
    const before = await admin.letter(id);
    const reviewed = await admin.discard(id, wish);
    const decision = reviewed.actions.findLast(({ action }) => action === 'discarded');
    const told = decision === undefined ? 'discarded' : describeDecision(decision);
    output.result(
      reviewed,
      before.letter.status === 'discarded'
        ? `Nothing has changed: dead letter ${id} was already ${told}`
        : `Dead letter ${id}: ${told}\n  event: ${describeEvent(reviewed.letter)}`,
    );
    return EXIT.done;
  },
};

function reasonOf(flags: Flags): string {
  const reason = (flags['reason'] as string | undefined)?.trim() ?? '';
  if (reason === '') throw usageError('--reason TEXT: expected a reason');
  if (reason.length > 1_000) throw usageError('--reason: expected at most 1000 characters');
  return reason;
}
