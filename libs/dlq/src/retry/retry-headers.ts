import { type AttemptError } from './error-history.ts';

/** The headers of a message on a retry topic. */
export const RETRY_HEADERS = {
  originTopic: 'retry-origin-topic',
  originPartition: 'retry-origin-partition',
  originOffset: 'retry-origin-offset',
  originTimestamp: 'retry-origin-timestamp',
  /** The number of failed attempts. */
  attempts: 'retry-attempts',
  /** The earliest time of the next attempt: ms since 1970. */
  due: 'retry-due',
  /** JSON: the failures so far (`AttemptError`). */
  errors: 'retry-errors',
} as const;

/** The id of the dead letter that a message was redriven from. */
export const REDRIVE_OF = 'redrive-of';

/** The id of the event that caused this one (CloudEvents' correlation extension). */
export const CAUSATION_ID = 'ce_causationid';

const NAMES: ReadonlySet<string> = new Set(Object.values(RETRY_HEADERS));
const WHOLE_NUMBER = /^\d{1,19}$/;

/** Where the group first read an event. This identifies the event on its way through the retry topics. */
export interface Origin {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** The broker's timestamp, in ms since 1970. */
  readonly timestamp: string;
}

/** The progress of an event through its retries. */
export interface RetryTrail {
  readonly origin: Origin;
  readonly attempts: number;
  /** ms since 1970; 0 means at once. */
  readonly dueAt: number;
  readonly errors: readonly AttemptError[];
}

export function retryHeadersOf({ origin, attempts, dueAt, errors }: RetryTrail): Record<string, string> {
  return {
    [RETRY_HEADERS.originTopic]: origin.topic,
    [RETRY_HEADERS.originPartition]: String(origin.partition),
    [RETRY_HEADERS.originOffset]: origin.offset,
    [RETRY_HEADERS.originTimestamp]: origin.timestamp,
    [RETRY_HEADERS.attempts]: String(attempts),
    [RETRY_HEADERS.due]: String(dueAt),
    [RETRY_HEADERS.errors]: JSON.stringify(errors),
  };
}

/** @returns undefined for a new message: it was never on a retry topic, or its retry headers are not in this format */
export function retryTrailOf(headers: Readonly<Record<string, string>>): RetryTrail | undefined {
  const topic = headers[RETRY_HEADERS.originTopic];
  const numbers = [
    RETRY_HEADERS.originPartition,
    RETRY_HEADERS.originOffset,
    RETRY_HEADERS.originTimestamp,
    RETRY_HEADERS.attempts,
    RETRY_HEADERS.due,
  ].map((name) => headers[name] ?? '');
  if (topic === undefined || !numbers.every((text) => WHOLE_NUMBER.test(text))) return undefined;
  const [partition, offset, timestamp, attempts, due] = numbers as [string, string, string, string, string];
  return {
    origin: { topic, partition: Number(partition), offset, timestamp },
    attempts: Number(attempts),
    dueAt: Number(due),
    errors: errorsOf(headers[RETRY_HEADERS.errors]),
  };
}

/** Returns the event's own headers, as its publisher wrote them. */
export function withoutRetryHeaders<Value>(headers: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !NAMES.has(name)));
}

/** Returns an empty history when the header cannot be parsed: the event itself must not be lost. */
function errorsOf(json: string | undefined): AttemptError[] {
  try {
    const errors: unknown = JSON.parse(json ?? '[]');
    return Array.isArray(errors) ? errors.filter(isAttemptError) : [];
  } catch {
    return [];
  }
}

function isAttemptError(value: unknown): value is AttemptError {
  const error = value as Partial<Record<keyof AttemptError, unknown>> | null;
  return (
    typeof error?.at === 'string' &&
    typeof error.code === 'string' &&
    typeof error.message === 'string' &&
    Number.isInteger(error.attempt)
  );
}
