import { type DeadLetter, type DeadLetterQuery } from '@groundwork/contracts';
import { type DeadLetterRecord, type DeadLetterSink } from '@groundwork/dlq';
import { classifyDatabaseError } from '@groundwork/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DeadLetterEntity } from '../storage/entities/dead-letter.entity.ts';

/**
 * The dead letters of all consumers, for people to look at. A letter is stored once, however often it is put: its id says
 * which message it is about.
 */
@Injectable()
export class DeadLetterStore implements DeadLetterSink {
  constructor(@Inject(DataSource) private readonly database: DataSource) {}

  async put(letter: DeadLetterRecord): Promise<void> {
    const { error, failedAt, offset, headers, ...rest } = letter;
    try {
      await this.database
        .createQueryBuilder()
        .insert()
        .into(DeadLetterEntity)
        .values({
          ...rest,
          offset,
          key: storable(letter.key),
          eventId: storable(letter.eventId),
          eventType: storable(letter.eventType),
          headers: { ...headers },
          errorCode: storable(error.code),
          errorMessage: storable(error.message),
          failedAt: new Date(failedAt),
        })
        .orIgnore()
        .execute();
    } catch (cause) {
      throw classifyDatabaseError(cause);
    }
  }

  async newestFirst({ limit, eventType, key }: DeadLetterQuery): Promise<DeadLetter[]> {
    const letters = await this.database.getRepository(DeadLetterEntity).find({
      where: { ...(eventType !== undefined && { eventType }), ...(key !== undefined && { key }) },
      order: { position: 'DESC' },
      take: limit,
    });
    return letters.map(asContract);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function asContract(letter: DeadLetterEntity): DeadLetter {
  const { position: _position, errorCode, errorMessage, failedAt, ...rest } = letter;
  return { ...rest, error: { code: errorCode, message: errorMessage }, failedAt: failedAt.toISOString() };
}

/** Postgres's text holds no U+0000, and a letter must never fail to be stored. */
function storable<Text extends string | null>(text: Text): Text {
  return text?.replaceAll('\0', '\u{fffd}') as Text;
}
