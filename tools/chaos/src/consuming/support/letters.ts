import { DeadLettered } from '@groundwork/contracts';
import { type DeadLetterRecord } from '@groundwork/dlq';
import { readTopic } from '@groundwork/testing';

/** The dead letters on their topic. */
export interface Letters {
  /** By id: a consumer that stores them keeps one of each. */
  readonly byId: ReadonlyMap<string, DeadLetterRecord>;
  /** Messages on the topic; a dead letter that was stored twice counts twice. */
  readonly records: number;
  stop(): Promise<void>;
}

/** Reads the topic from its beginning, and continues to read it. */
export async function readLetters(brokers: string[], groupId: string): Promise<Letters> {
  const reader = await readTopic(brokers, groupId, DeadLettered.topic);
  return {
    get byId() {
      const letters = reader.messages.map(({ value }) => JSON.parse(String(value)) as DeadLetterRecord);
      return new Map(letters.map((letter) => [letter.id, letter]));
    },
    get records() {
      return reader.messages.length;
    },
    stop: () => reader.stop(),
  };
}
