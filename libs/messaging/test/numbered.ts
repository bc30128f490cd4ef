import { type EventType } from '@groundwork/contracts';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { encodeEvent } from '../src/events/cloud-event.codec.ts';
import { type OutgoingMessage } from '../src/kafka/outgoing-message.ts';

export interface Numbered {
  number: number;
}

/** Returns the event type of these tests, on a topic of the test's own. */
export function numberedOn(topic: string): EventType<Numbered> {
  return {
    type: 'com.groundwork.test.numbered.v1',
    summary: 'A number was counted',
    topic,
    data: z.object({ number: z.int() }),
  };
}

/** @param slot one of 4096; with 4 partitions, slot 0 is on the first one and slot 1024 on the second */
export function numbered(
  type: EventType<Numbered>,
  key: string,
  number: number,
  { slot = 0, id = randomUUID() as string } = {},
): OutgoingMessage {
  const event = {
    id,
    type: type.type,
    source: '/test',
    time: new Date(),
    key,
    json: JSON.stringify({ number }),
  };
  return { topic: type.topic, slot, ...encodeEvent(event) };
}
