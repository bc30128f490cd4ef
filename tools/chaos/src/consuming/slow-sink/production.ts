/** What the producer says of itself. */
export interface Production {
  readonly published: number;
  readonly bytes: number;
  /** For which it published. */
  readonly seconds: number;
  /** It rests, because the topic has its share of the disk. */
  readonly isFull: boolean;
}
