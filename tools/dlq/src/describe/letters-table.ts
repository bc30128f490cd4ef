import { type DeadLetter } from '@groundwork/contracts';
import { duration, printable, table } from '@groundwork/operator-cli';
import { utcSeconds } from './time.ts';

const WIDEST = 40;

export function lettersTable(letters: readonly DeadLetter[], now: number): string {
  const head = ['id', 'failed at (UTC)', 'age', 'type', 'key', 'consumer', 'error', 'attempts', 'status'];
  return table([head, ...letters.map((letter) => row(letter, now))]);
}

function row(letter: DeadLetter, now: number): string[] {
  return [
    letter.id,
    utcSeconds(letter.failedAt),
    duration(now - Date.parse(letter.failedAt)),
    cropped(letter.eventType ?? '-'),
    cropped(letter.key ?? '-'),
    cropped(letter.consumer),
    cropped(letter.error.code),
    `${letter.attempts}`,
    letter.status,
  ];
}

/** Shortens a text for the table; `show` prints the whole. */
function cropped(text: string): string {
  const characters = Array.from(printable(text));
  const rest = characters.length > WIDEST ? [...characters.slice(0, WIDEST - 1), '…'] : characters;
  return rest.join('');
}
