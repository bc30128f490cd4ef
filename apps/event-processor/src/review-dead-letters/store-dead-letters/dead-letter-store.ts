import { boundText, type DeadLetterRecord, type DeadLetterSink } from '@groundwork/dlq';
import { inTransaction, type SqlSession } from '@groundwork/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { storable } from '../letters/storable.ts';
import { openIncident } from '../raise-alerts/incidents.ts';

/**
 * Stores the dead letters of all consumers for the review by operators. The id of a dead letter identifies its message, so
 * repeated calls store it once. The alert is part of the same transaction, so each stored dead letter has one, and no other
 * alert exists.
 */
@Injectable()
export class DeadLetterStore implements DeadLetterSink {
  constructor(@Inject(DataSource) private readonly database: DataSource) {}

  put(letter: DeadLetterRecord): Promise<void> {
    return inTransaction(this.database, async (session) => {
      if (await insertOnce(session, letter)) await openIncident(session, nameOf(letter.eventType));
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** @returns whether the dead letter is new */
async function insertOnce(session: SqlSession, letter: DeadLetterRecord): Promise<boolean> {
  const inserted = await session.query<unknown[]>(
    `insert into dead_letters (id, consumer, topic, partition, message_offset, key, event_id, event_type, attempts,
       error_code, error_message, errors, headers, payload, failed_at, event_time, redrive_of)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
     on conflict (id) do nothing returning id`,
    [
      letter.id,
      nameOf(letter.consumer),
      nameOf(letter.topic),
      letter.partition,
      letter.offset,
      nameOf(letter.key),
      nameOf(letter.eventId),
      nameOf(letter.eventType),
      letter.attempts,
      nameOf(letter.error.code),
      storable(letter.error.message),
      JSON.stringify(letter.errors),
      JSON.stringify(letter.headers),
      // JSON instead of text: a payload may contain U+0000, which the type `text` of Postgres cannot store.
      letter.payload === null ? null : JSON.stringify(letter.payload),
      letter.failedAt,
      timeOf(letter.headers['ce_time']),
      nameOf(letter.redriveOf),
    ],
  );
  return inserted.length > 0;
}

/** Parses a CloudEvents time (RFC 3339). Other values become null, so that every dead letter can be stored. */
function timeOf(header: string | undefined): Date | null {
  if (header === undefined || !/^\d{4}-\d\d-\d\dT/.test(header)) return null;
  const time = new Date(header);
  return Number.isNaN(time.getTime()) ? null : time;
}

/** Truncates a name, because another producer may not bound its length and an index cannot hold long names. */
function nameOf<Name extends string | null>(name: Name): Name {
  return (name === null ? null : boundText(storable(name))) as Name;
}
