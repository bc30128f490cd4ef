export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export interface TopicPartitionOffset extends TopicPartition {
  readonly offset: string;
  /** Stored beside the offset. */
  readonly metadata: string;
}

/** A key for maps. Topic names hold no colon. */
export function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}:${partition}`;
}
