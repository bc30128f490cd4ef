import { type IHeaders } from 'kafkajs';

/** A message on its way to a topic. */
export interface OutgoingMessage {
  readonly topic: string;
  readonly key: string | Buffer | null;
  readonly value: string | Buffer | null;
  readonly headers: Readonly<IHeaders>;
  /** Decides the partition (`partitionOfSlot`). Without it the message goes to the topic's first partition. */
  readonly slot?: number;
  /** The partition itself, where it is known. It takes precedence over the slot. */
  readonly partition?: number;
}
