/** A message on its way to a topic. */
export interface OutgoingMessage {
  readonly topic: string;
  readonly key: string | null;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Decides the partition (`partitionOfSlot`); without it the topic's first partition takes the message. */
  readonly slot?: number;
}
