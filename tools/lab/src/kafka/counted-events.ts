import { randomUUID } from 'node:crypto';
import { type EventType } from '@groundwork/contracts';
import { encodeEvent, type OutgoingMessage } from '@groundwork/messaging';
import { z } from 'zod';

/** The data of the events of the labs: the n-th event of its key. */
export interface Counted {
  readonly number: number;
}

export function countedOn(topic: string): EventType<Counted> {
  return {
    type: 'com.groundwork.lab.counted.v1',
    summary: 'A number was counted',
    topic,
    data: z.object({ number: z.int() }),
  };
}

/** Returns a message for the topic of the type. A message that is sent again has the same id. */
export function counted(type: EventType<Counted>, key: string, number: number): OutgoingMessage {
  const event = {
    ...{ id: randomUUID(), type: type.type, source: '/lab', time: new Date(), key },
    json: JSON.stringify({ number } satisfies Counted),
  };
  return { topic: type.topic, slot: 0, ...encodeEvent(event) };
}

export const SILENT = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
