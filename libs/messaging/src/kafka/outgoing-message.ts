import { type IHeaders } from 'kafkajs';

/** A message on its way to a topic. */
export interface OutgoingMessage {
  readonly topic: string;
  readonly key: string | Buffer | null;
  readonly value: string | Buffer | null;
  readonly headers: Readonly<IHeaders>;
  /** Decides the partition (`partitionOfSlot`); without it the topic's first partition takes the message. */
  readonly slot?: number;
  /** The partition itself, where it is known: then the slot is not asked. */
  readonly partition?: number;
}
