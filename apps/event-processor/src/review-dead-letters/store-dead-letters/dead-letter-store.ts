import { boundText, type DeadLetterRecord, type DeadLetterSink } from '@groundwork/dlq';
import { inTransaction, type SqlSession } from '@groundwork/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { storable } from '../letters/storable.ts';
import { openIncident } from '../raise-alerts/incidents.ts';

/**
 * The dead letters of all consumers, for people to decide about. A letter is stored once, however often it is put: its id
 * says which message it is about. The alert is part of the same transaction: no letter without one, none for nothing.
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

/** @returns whether it was not there yet */
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
      // JSON text, not text: a payload may hold U+0000, which Postgres's text cannot.
      letter.payload === null ? null : JSON.stringify(letter.payload),
      letter.failedAt,
      timeOf(letter.headers['ce_time']),
      nameOf(letter.redriveOf),
    ],
  );
  return inserted.length > 0;
}

/** Only what CloudEvents calls a time (RFC 3339): anything might stand in a header, and a letter must never fail to be stored. */
function timeOf(header: string | undefined): Date | null {
  if (header === undefined || !/^\d{4}-\d\d-\d\dT/.test(header)) return null;
  const time = new Date(header);
  return Number.isNaN(time.getTime()) ? null : time;
}

/** A letter may be of somebody who does not bound what is in it, and an index holds no long name. */
function nameOf<Name extends string | null>(name: Name): Name {
  return (name === null ? null : boundText(storable(name))) as Name;
}
