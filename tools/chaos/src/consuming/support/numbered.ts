import { type EventType } from '@groundwork/contracts';
import { encodeEvent, type OutgoingMessage } from '@groundwork/messaging';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';

export interface Numbered {
  number: number;
}

/** The event type of these drills: the numbers of a key increase by one. */
export function numberedOn(topic: string): EventType<Numbered> {
  return {
    type: 'com.groundwork.chaos.numbered.v1',
    summary: 'A number was counted',
    topic,
    data: z.object({ number: z.int() }),
  };
}

export interface NumberedEvent {
  readonly key: string;
  readonly number: number;
  readonly partition: number;
  /** Makes the event larger; consumers ignore it. */
  readonly padding?: string;
}

export function numbered(
  { type, topic }: EventType<Numbered>,
  { key, number, partition, padding }: NumberedEvent,
): OutgoingMessage {
  const json = JSON.stringify({ number, padding });
  const event = { id: randomUUID() as string, type, source: '/chaos', time: new Date(), key, json };
  return { topic, partition, ...encodeEvent(event) };
}
