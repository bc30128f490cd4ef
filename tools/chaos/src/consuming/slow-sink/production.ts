/** A report of the producer. */
export interface Production {
  readonly published: number;
  readonly bytes: number;
  /** The time for which it has published. */
  readonly seconds: number;
  /** The producer pauses because the topic has reached its maximum size on the disk. */
  readonly isFull: boolean;
}
