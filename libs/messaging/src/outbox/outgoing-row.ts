import { bytesOf } from '../kafka/message-bytes.ts';
import { type OutgoingMessage } from '../kafka/outgoing-message.ts';
import { type OutboxRow } from './outbox-row.ts';

/** A row of the outbox and the message that it is published as. */
export interface OutgoingRow {
  readonly row: OutboxRow;
  readonly message: OutgoingMessage;
}

/** Splits rows, in order, into batches of bounded bytes. A larger row is a batch of its own. */
export function inBatches(rows: readonly OutgoingRow[], maxBytes: number): OutgoingRow[][] {
  const batches: OutgoingRow[][] = [];
  let room = 0;
  for (const row of rows) {
    const bytes = bytesOf(row.message);
    const last = batches.at(-1);
    if (last === undefined || bytes > room) {
      batches.push([row]);
      room = maxBytes - bytes;
    } else {
      last.push(row);
      room -= bytes;
    }
  }
  return batches;
}
