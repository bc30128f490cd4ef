import { pause } from '../time/pause.ts';
import { type EventProducer } from './event-producer.ts';
import { type OutgoingMessage } from './outgoing-message.ts';

interface Waiting {
  readonly messages: readonly OutgoingMessage[];
  readonly bytes: number;
  readonly published: PromiseWithResolvers<void>;
}

/** A batch is a single record batch for each partition, and brokers refuse those above 1 MiB. */
const MAX_BATCH_BYTES = 512 * 1_024;

/**
 * Publishes what many ask for at once in few requests: while one is under way the others gather, and go together with the
 * next. An acknowledgement takes milliseconds, and each caller waits for its own: one request a message would make a
 * partition's worth of events of a key wait for a thousand of them. All of a batch fail together.
 */
export class CoalescingProducer implements EventProducer {
  private readonly waiting: Waiting[] = [];
  private publishing: Promise<void> | undefined;

  /** @param lingerMs how long the first of a batch waits for others */
  constructor(
    private readonly producer: EventProducer,
    private readonly lingerMs = 0,
  ) {}

  publish(messages: readonly OutgoingMessage[]): Promise<void> {
    const published = Promise.withResolvers<void>();
    this.waiting.push({ messages, bytes: bytesOf(messages), published });
    this.publishing ??= this.publishAll();
    return published.promise;
  }

  async close(): Promise<void> {
    await this.publishing;
    await this.producer.close();
  }

  private async publishAll(): Promise<void> {
    // Those who ask in the same turn of the event loop go together in any case.
    await (this.lingerMs > 0 ? pause(this.lingerMs) : new Promise((resolve) => setImmediate(resolve)));
    for (let batch = this.takeBatch(); batch.length > 0; batch = this.takeBatch()) {
      try {
        await this.producer.publish(batch.flatMap(({ messages }) => messages));
        for (const { published } of batch) published.resolve();
      } catch (error) {
        for (const { published } of batch) published.reject(error);
      }
    }
    this.publishing = undefined;
  }

  /** Whatever is too large for any batch goes alone. */
  private takeBatch(): Waiting[] {
    let room = MAX_BATCH_BYTES;
    const end = this.waiting.findIndex(({ bytes }, index) => (room -= bytes) < 0 && index > 0);
    return this.waiting.splice(0, end < 0 ? this.waiting.length : end);
  }
}

function bytesOf(messages: readonly OutgoingMessage[]): number {
  return messages.reduce(
    (sum, { key, value, headers }) =>
      sum +
      (key?.length ?? 0) +
      (value?.length ?? 0) +
      Object.entries(headers).reduce((of, [name, header]) => of + name.length + (header?.length ?? 0), 0),
    0,
  );
}
