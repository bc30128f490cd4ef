import { type DeadLetterRecord } from '@groundwork/dlq';
import { type Attempts } from './lateness.ts';

/** The code with which an event's handler fails; it differs in each attempt. Attempts start at 1. */
export function codeOf(attempt: number): string {
  return `failure-${attempt}`;
}

/** @returns how the dead letter's history differs from the attempts, or undefined when it is complete */
export function historyFault(letter: DeadLetterRecord, attempts: Attempts): string | undefined {
  const { errors } = letter;
  if (letter.attempts !== attempts.length || errors.length !== attempts.length)
    return `${errors.length} errors of ${letter.attempts} attempts, not ${attempts.length}`;
  for (const [index, { at, attempt, code }] of errors.entries()) {
    if (attempt !== index + 1 || code !== codeOf(attempt))
      return `error ${index + 1} is ${code} of attempt ${attempt}`;
    // The handler reads its clock just before it throws, so the error's own time is between that attempt and the next one.
    const time = Date.parse(at);
    if (time < (attempts[index] as number) || time > (attempts[index + 1] ?? Infinity))
      return `error ${attempt} has a time that is not its attempt's`;
  }
  return letter.error.code === codeOf(attempts.length) ? undefined : `the last error is ${letter.error.code}`;
}
