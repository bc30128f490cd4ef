import { type DeadLetter, type ReviewedDeadLetter } from '@groundwork/contracts';
import { duration, printable, table } from '@groundwork/operator-cli';
import { optionWords } from '../options/filter.ts';
import { describeDecisions } from './describe-decisions.ts';
import { describePayload, placeOf } from './describe-payload.ts';
import { indented } from './indented.ts';
import { utc } from './time.ts';
import { toType } from './to-type.ts';

/** Describes all properties of a dead letter, and the commands that an operator may run next. */
export function describeLetter({ letter, actions }: ReviewedDeadLetter, now: number): string {
  const { about, text } = describePayload(letter);
  return [
    summary(letter, now),
    '',
    '  what failed',
    history(letter),
    '',
    '  headers',
    indented(table(Object.entries(letter.headers)), '  '),
    '',
    `  ${printable(about)}`,
    ...(text === '' ? [] : [indented(text)]),
    '',
    '  decisions',
    describeDecisions(actions),
    '',
    '  next commands',
    nextCommands(letter),
  ].join('\n');
}

function summary(letter: DeadLetter, now: number): string {
  const age = duration(now - Date.parse(letter.failedAt));
  const lag = letter.lagMs === null ? 'unknown' : `${letter.lagMs} ms from the event to its last failure`;
  const times = letter.attempts === 1 ? '1 attempt' : `${letter.attempts} attempts`;
  return table([
    ['id', letter.id],
    ['status', letter.status],
    ['event', `${letter.eventType ?? '(no type)'}, id ${letter.eventId ?? '-'}`],
    ['key', letter.key ?? '-'],
    ['consumer', `${letter.consumer} gave up after ${times}`],
    ['failed at', `${utc(letter.failedAt)}, ${age} ago`],
    ['lag', lag],
    ['location', placeOf(letter)],
    ['error', `${letter.error.code}: ${letter.error.message}`],
    ...(letter.redriveOf === null ? [] : [['origin', `redrive of ${letter.redriveOf}`]]),
  ]);
}

/** The middle of a long history is omitted, which the gap in the attempt numbers shows. */
function history({ errors }: DeadLetter): string {
  if (errors.length === 0) return '    no history: this dead letter is older than the retention of histories';
  const rows = errors.flatMap(({ attempt, at, code, message }, index) => {
    const isGap = attempt - (errors[index - 1]?.attempt ?? attempt - 1) > 1;
    return [...(isGap ? [['…']] : []), [`${attempt}`, utc(at), code, message]];
  });
  return indented(table([['attempt', 'at', 'error', 'message'], ...rows]), '  ');
}

function nextCommands(letter: DeadLetter): string {
  const { id, key, status } = letter;
  const file = `${id.slice(0, 8)}.json`;
  if (status === 'discarded') return '    none: a decision is final';
  if (status === 'redriven') {
    if (key === null) return `    ${toType('list', '--status', 'open')}`;
    return `    ${toType('list', ...optionWords('key', key))}    # shows whether it failed again`;
  }
  return [
    `    ${toType('redrive', id)}    # as it is`,
    `    ${toType('show', id, '--save', file)}    # to edit it, then:`,
    `    ${toType('redrive', id, '--payload', file)}`,
    `    ${toType('discard', id, '--reason')}    # add the reason; gives the event up for good`,
  ].join('\n');
}

export function describeEvent({ eventType, eventId, key }: DeadLetter): string {
  return printable(`${eventType ?? '(no type)'} ${eventId ?? '(no id)'}, key ${key ?? '-'}`);
}
