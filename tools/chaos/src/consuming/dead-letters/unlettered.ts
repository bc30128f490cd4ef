/** The position of a message in its topic. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

/**
 * Messages that a consumer gave up on and whose dead letters are not durable yet: no committed offset may pass one of them.
 */
export class Unlettered {
  /** By the event's id. */
  readonly #places = new Map<string, Place>();

  get size(): number {
    return this.#places.size;
  }

  gaveUp(eventId: string, { topic, partition, offset }: Place): void {
    this.#places.set(eventId, { topic, partition, offset });
  }

  lettered(eventId: string): void {
    this.#places.delete(eventId);
  }

  /**
   * @param committed the next offsets to be read, by `topic:partition`
   * @returns a description of each message that an offset has passed
   */
  passedBy(committed: ReadonlyMap<string, bigint>): readonly string[] {
    return [...this.#places.values()].flatMap(({ topic, partition, offset }) => {
      const next = committed.get(`${topic}:${partition}`) ?? -1n;
      return next > BigInt(offset)
        ? [`${topic}:${partition} is committed up to ${next}, past ${offset}`]
        : [];
    });
  }
}
