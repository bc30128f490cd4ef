import { describeError } from '../dead-letter/describe-error.ts';

/** One failed attempt of an event. */
export interface AttemptError {
  /** ISO 8601. */
  readonly at: string;
  readonly code: string;
  readonly message: string;
  /** From 1. */
  readonly attempt: number;
}

const MAX_ERRORS = 20;
const MAX_BYTES = 8 * 1_024;
const MAX_MESSAGE = 500;

export function attemptError(error: unknown, attempt: number, at: Date): AttemptError {
  const { code, message } = describeError(error);
  return { at: at.toISOString(), code, message: message.slice(0, MAX_MESSAGE), attempt };
}

/**
 * Returns a history with one more failure, bounded to 20 errors and 8 KiB of JSON, because it travels in a header. A full
 * history drops its second oldest error: the first error shows how the failures started, the latest show the current state.
 */
export function withError(history: readonly AttemptError[], error: AttemptError): AttemptError[] {
  const errors = [...history, error];
  while (errors.length > 2 && (errors.length > MAX_ERRORS || bytesOf(errors) > MAX_BYTES))
    errors.splice(1, 1);
  return errors;
}

function bytesOf(errors: readonly AttemptError[]): number {
  return Buffer.byteLength(JSON.stringify(errors));
}
