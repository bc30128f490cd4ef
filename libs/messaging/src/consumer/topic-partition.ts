export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export interface TopicPartitionOffset extends TopicPartition {
  readonly offset: string;
  /** Stored with the offset. */
  readonly metadata: string;
}

/** Returns a key for maps. Topic names contain no colon. */
export function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}:${partition}`;
}
