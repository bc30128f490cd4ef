import { type KafkaEventProducer } from '@groundwork/messaging';
import { type Group, producerTo } from '../support/group.ts';
import { numbered } from '../support/numbered.ts';
import { publishSteadily } from '../support/publish-steadily.ts';
import { plannedEvent } from './planned-events.ts';

/** Publishes the planned events one after the other at a steady rate, until it is stopped. */
export class Publishing {
  readonly #producer: KafkaEventProducer;
  readonly #stopping = new AbortController();
  readonly #published: Promise<number>;
  #count = 0;

  constructor({ type, brokers }: Group, perSecond: number) {
    this.#producer = producerTo(brokers);
    this.#published = publishSteadily(this.#producer, {
      perSecond,
      signal: this.#stopping.signal,
      message: (n) => numbered(type, plannedEvent(n)),
      published: (count) => (this.#count = count),
    });
    // The caller of `stop` receives the rejection.
    this.#published.catch(() => undefined);
  }

  /** The number of events published so far. */
  get count(): number {
    return this.#count;
  }

  /**
   * Stops publishing. Idempotent.
   *
   * @returns the number of published events
   */
  async stop(): Promise<number> {
    this.#stopping.abort();
    try {
      return await this.#published;
    } finally {
      await this.#producer.close();
    }
  }
}
