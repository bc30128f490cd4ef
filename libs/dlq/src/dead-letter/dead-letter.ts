import { type AttemptError, attemptError, withError } from '../retry/error-history.ts';
import { REDRIVE_OF, withoutRetryHeaders } from '../retry/retry-headers.ts';
import { deadLetterId, type MessageCoordinates } from './dead-letter-id.ts';
import { describeError } from './describe-error.ts';
import { boundHeaders, boundPayload, boundText } from './bounds.ts';

/** A message that a consumer gave up on, with everything needed to understand the failure and to redrive the message. */
export interface DeadLetterRecord {
  readonly id: string;
  readonly consumer: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** Cut at 1 KiB, like all names. */
  readonly key: string | null;
  /** Null when it is longer than 1 KiB: a cut id could be the id of another event. */
  readonly eventId: string | null;
  readonly eventType: string | null;
  readonly attempts: number;
  /** The last failure. */
  readonly error: { readonly code: string; readonly message: string };
  /** The failures, oldest first. When they are too many to keep all: the first and the latest. */
  readonly errors: readonly AttemptError[];
  /** The id of the dead letter that this event was redriven from. */
  readonly redriveOf: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** UTF-8 text, or base64 when the bytes are not text; cut at 256 KiB. */
  readonly payload: string | null;
  readonly failedAt: string;
}

/** Where dead letters are stored. `put` resolves when the dead letter is durable, and is idempotent. */
export interface DeadLetterSink {
  put(letter: DeadLetterRecord): Promise<void>;
  /** Waits for the dead letters in flight. */
  close(): Promise<void>;
}

/** A message and where it was first read. Its copies on retry topics keep this origin, so all make one dead letter. */
export interface FailedMessage extends MessageCoordinates {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** Why a consumer gave up on a message. */
export interface FinalFailure {
  readonly error: unknown;
  /** Including the last attempt. */
  readonly attempts: number;
  readonly failedAt: Date;
  /** The failures before the last. */
  readonly earlier?: readonly AttemptError[];
}

/** Returns the dead letter about a message. It always fits into a Kafka message, because each of its parts is bounded. */
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
