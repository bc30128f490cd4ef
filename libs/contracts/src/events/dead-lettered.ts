import { DeadLetter } from '../http/dead-letters.ts';
import { type EventType } from './event-type.ts';
import { Topics } from './topics.ts';

export const DeadLetteredData = DeadLetter.strip();
export type DeadLetteredData = DeadLetter;

export const DeadLettered = {
  type: 'com.groundwork.dead-letter.v1',
  summary:
    'A consumer has given up on a message. Published by every consumer, stored for review by event-processor.',
  topic: Topics.deadLetters.name,
  data: DeadLetteredData,
} as const satisfies EventType<DeadLetteredData>;
