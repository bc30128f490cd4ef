import { type DeadLetter, type ReviewedDeadLetter } from '@groundwork/contracts';
import { duration, printable, table } from '@groundwork/operator-cli';
import { optionWords } from '../options/filter.ts';
import { describeDecisions } from './describe-decisions.ts';
import { describePayload, placeOf } from './describe-payload.ts';
import { indented } from './indented.ts';
import { utc } from './time.ts';
import { toType } from './to-type.ts';

/** All there is to know about a letter, and what to type next. */
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
    '  what to type next',
    nextCommands(letter),
  ].join('\n');
}

function summary(letter: DeadLetter, now: number): string {
  const age = duration(now - Date.parse(letter.failedAt));
  const lag = letter.lagMs === null ? 'unknown' : `${letter.lagMs} ms from the event to its last failure`;
  const times = letter.attempts === 1 ? '1 attempt' : `${letter.attempts} attempts`;
  return table([
    ['letter', letter.id],
    ['status', letter.status],
    ['event', `${letter.eventType ?? 'of no type'}, id ${letter.eventId ?? '-'}`],
    ['key', letter.key ?? '-'],
    ['consumer', `${letter.consumer} gave up after ${times}`],
    ['failed at', `${utc(letter.failedAt)}, ${age} ago`],
    ['lag', lag],
    ['lies at', placeOf(letter)],
    ['error', `${letter.error.code}: ${letter.error.message}`],
    ...(letter.redriveOf === null ? [] : [['sent from', `the letter ${letter.redriveOf}`]]),
  ]);
}

/** Of a long history the middle was left out: the numbers of the attempts show it. */
function history({ errors }: DeadLetter): string {
  if (errors.length === 0) return '    this letter is older than histories are kept';
  const rows = errors.flatMap(({ attempt, at, code, message }, index) => {
    const isGap = attempt - (errors[index - 1]?.attempt ?? attempt - 1) > 1;
    return [...(isGap ? [['…']] : []), [`${attempt}`, utc(at), code, message]];
  });
  return indented(table([['attempt', 'at', 'error', 'message'], ...rows]), '  ');
}

function nextCommands(letter: DeadLetter): string {
  const { id, key, status } = letter;
  const file = `${id.slice(0, 8)}.json`;
  if (status === 'discarded') return '    nothing: a decision is final';
  if (status === 'redriven') {
    if (key === null) return `    ${toType('list', '--status', 'open')}`;
    return `    ${toType('list', ...optionWords('key', key))}    # whether it came back as another letter`;
  }
  return [
    `    ${toType('redrive', id)}    # as it is`,
    `    ${toType('show', id, '--save', file)}    # to edit it, then:`,
    `    ${toType('redrive', id, '--payload', file)}`,
    `    ${toType('discard', id, '--reason')}    # and why, to give it up`,
  ].join('\n');
}

export function describeEvent({ eventType, eventId, key }: DeadLetter): string {
  return printable(`${eventType ?? 'of no type'} ${eventId ?? 'without an id'}, key ${key ?? '-'}`);
}
