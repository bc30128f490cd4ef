import { type AttemptError, attemptError, withError } from '../retry/error-history.ts';
import { REDRIVE_OF, withoutRetryHeaders } from '../retry/retry-headers.ts';
import { deadLetterId, type MessageCoordinates } from './dead-letter-id.ts';
import { describeError } from './describe-error.ts';
import { boundHeaders, boundPayload, boundText } from './bounds.ts';

/** A message that a consumer gave up on, with all that is needed to understand it and to send it again. */
export interface DeadLetterRecord {
  readonly id: string;
  readonly consumer: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** Cut at 1 KiB, like all names. */
  readonly key: string | null;
  /** None that is too long to be kept whole: half of it would be another event's. */
  readonly eventId: string | null;
  readonly eventType: string | null;
  readonly attempts: number;
  /** The last failure. */
  readonly error: { readonly code: string; readonly message: string };
  /** Every failure, oldest first; of many the first and the latest. */
  readonly errors: readonly AttemptError[];
  /** The letter that this event was sent again from. */
  readonly redriveOf: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** UTF-8 text, or base64 where it is none; cut at 256 KiB. */
  readonly payload: string | null;
  readonly failedAt: string;
}

/** Where dead letters are kept. `put` resolves when the letter is durable; putting one twice keeps one. */
export interface DeadLetterSink {
  put(letter: DeadLetterRecord): Promise<void>;
  /** Waits for what is in flight. */
  close(): Promise<void>;
}

/** A message and where it was first read: not its copy on a retry topic, so that all its copies make one letter. */
export interface FailedMessage extends MessageCoordinates {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** Why a message was given up on. */
export interface FinalFailure {
  readonly error: unknown;
  /** With the last one counted. */
  readonly attempts: number;
  readonly failedAt: Date;
  /** The failures before the last. */
  readonly earlier?: readonly AttemptError[];
}

/** The letter about a message. It always fits into a message itself: everything in it is bounded. */
export function deadLetterOf(message: FailedMessage, failure: FinalFailure): DeadLetterRecord {
  const payload = boundPayload(message.value);
  const { [REDRIVE_OF]: redriveOf, ...headers } = withoutRetryHeaders(message.headers);
  return {
    id: deadLetterId(message),
    consumer: message.consumer,
    topic: message.topic,
    partition: message.partition,
    offset: message.offset,
    key: bounded(message.key?.toString('utf8')),
    eventId: wholeOrNone(message.headers['ce_id']),
    eventType: bounded(message.headers['ce_type']),
    attempts: failure.attempts,
    error: describeError(failure.error),
    errors: withError(failure.earlier ?? [], attemptError(failure.error, failure.attempts, failure.failedAt)),
    redriveOf: wholeOrNone(redriveOf),
    headers: boundHeaders({ ...headers, ...payload.notes }),
    payload: payload.text,
    failedAt: failure.failedAt.toISOString(),
  };
}

function bounded(text: string | undefined): string | null {
  return text === undefined ? null : boundText(text);
}

function wholeOrNone(id: string | undefined): string | null {
  return id !== undefined && boundText(id) === id ? id : null;
}
