import { type DeadLetterAction, type ReviewedDeadLetter } from '@groundwork/contracts';
import { EXIT, printable, requestedBy } from '@groundwork/operator-cli';
import { type Invocation } from '../command.ts';
import { describeDecision } from '../describe/describe-decisions.ts';
import { describeEvent } from '../describe/describe-letter.ts';
import { toType } from '../describe/to-type.ts';
import { readPayload } from '../options/files.ts';
import { optionWords } from '../options/filter.ts';
import { letterId } from '../options/ids.ts';

/** Sends the event of one dead letter again: unchanged, or with another payload as a new event. */
export async function redriveOne({ admin, output, flags, words }: Invocation): Promise<number> {
  const id = letterId(words);
  const by = requestedBy(flags);
  const file = flags['payload'] as string | undefined;
  const payload = file === undefined ? undefined : await readPayload(file);
  const dryRun = flags['dry-run'] === true;
  const before = await admin.letter(id);
  const wish = { by, ...(payload !== undefined && { payload }) };
  const reviewed = await admin.redrive(id, wish, { dryRun });
  const decision = reviewed.actions.findLast(({ action }) => action !== 'discarded');
  const isOld = before.letter.status === 'redriven';
  output.result(
    dryRun ? { dryRun, ...reviewed } : reviewed,
    isOld ? tellOfOld(id, decision) : dryRun ? foretell(reviewed, decision) : tell(reviewed, decision),
  );
  return EXIT.done;
}

function tellOfOld(id: string, decision: DeadLetterAction | undefined): string {
  return `Nothing was sent: dead letter ${id} was already ${decision === undefined ? 'sent again' : describeDecision(decision)}`;
}

function foretell({ letter }: ReviewedDeadLetter, decision: DeadLetterAction | undefined): string {
  return decision?.action === 'edited-and-redriven'
    ? `Would send a new event to ${printable(letter.consumer)}, caused by ${describeEvent(letter)}`
    : `Would send to ${printable(letter.consumer)} again: ${describeEvent(letter)}`;
}

function tell({ letter }: ReviewedDeadLetter, decision: DeadLetterAction | undefined): string {
  const consumer = printable(letter.consumer);
  const sent =
    decision?.action === 'edited-and-redriven'
      ? [
          `Sent to ${consumer}: a new event ${printable(decision.eventId ?? '')}, with the payload given`,
          `  caused by: ${describeEvent(letter)}`,
        ]
      : [
          `Sent to ${consumer} again: ${describeEvent(letter)}`,
          '  It keeps its id, so an effect that it has already had does not happen again.',
        ];
  const search = letter.key === null ? ['--status', 'open'] : optionWords('key', letter.key);
  return [...sent, `  If it fails again, it becomes a new dead letter: ${toType('list', ...search)}`].join(
    '\n',
  );
}
