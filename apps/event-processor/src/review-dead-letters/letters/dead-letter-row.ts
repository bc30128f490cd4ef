import { type DeadLetter, type DeadLetterStatus } from '@groundwork/contracts';

/** A row of the table of dead letters. `position` is the order in which dead letters were stored. */
export interface DeadLetterRow {
  readonly id: string;
  readonly position: string;
  readonly consumer: string;
  readonly topic: string;
  readonly partition: number;
  readonly message_offset: string;
  readonly key: string | null;
  readonly event_id: string | null;
  readonly event_type: string | null;
  readonly attempts: number;
  readonly error_code: string;
  readonly error_message: string;
  readonly errors: DeadLetter['errors'];
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string | null;
  readonly failed_at: Date;
  readonly event_time: Date | null;
  readonly redrive_of: string | null;
  readonly status: DeadLetterStatus;
  readonly status_changed_at: Date | null;
}

export function asContract(row: DeadLetterRow): DeadLetter {
  const { failed_at: failedAt, event_time: eventTime } = row;
  return {
    id: row.id,
    consumer: row.consumer,
    topic: row.topic,
    partition: row.partition,
    offset: row.message_offset,
    key: row.key,
    eventId: row.event_id,
    eventType: row.event_type,
    attempts: row.attempts,
    error: { code: row.error_code, message: row.error_message },
    errors: row.errors,
    headers: { ...row.headers },
    payload: row.payload,
    failedAt: failedAt.toISOString(),
    lagMs: eventTime === null ? null : failedAt.getTime() - eventTime.getTime(),
    redriveOf: row.redrive_of,
    status: row.status,
    statusChangedAt: row.status_changed_at?.toISOString() ?? null,
  };
}
