import { pause } from '../time/pause.ts';
import { type EventProducer } from './event-producer.ts';
import { bytesOf, MAX_BATCH_BYTES } from './message-bytes.ts';
import { type OutgoingMessage } from './outgoing-message.ts';
import { PublishRefusedError } from './publish-refused.error.ts';

interface Waiting {
  readonly messages: readonly OutgoingMessage[];
  readonly bytes: number;
  readonly published: PromiseWithResolvers<void>;
}

/**
 * Publishes concurrent calls in few requests: while a request is in flight, further calls gather and go together with the
 * next one. An acknowledgement takes milliseconds, and each caller waits for its own: with one request for each message, a
 * partition full of events of one key would wait for a thousand acknowledgements. The calls of a batch fail together, unless
 * the broker rejects the batch: then each call is published separately, so that only the rejected one fails.
 */
export class CoalescingProducer implements EventProducer {
  private readonly waiting: Waiting[] = [];
  private publishing: Promise<void> | undefined;

  /** @param lingerMs how long the first call of a batch waits for others */
  constructor(
    private readonly producer: EventProducer,
    private readonly lingerMs = 0,
  ) {}

  publish(messages: readonly OutgoingMessage[]): Promise<void> {
    const published = Promise.withResolvers<void>();
    this.waiting.push({
      messages,
      bytes: messages.reduce((sum, message) => sum + bytesOf(message), 0),
      published,
    });
    this.publishing ??= this.publishAll();
    return published.promise;
  }

  async close(): Promise<void> {
    await this.publishing;
    await this.producer.close();
  }

  private async publishAll(): Promise<void> {
    // Calls in the same turn of the event loop go together in any case.
    await (this.lingerMs > 0 ? pause(this.lingerMs) : new Promise((resolve) => setImmediate(resolve)));
    for (let batch = this.takeBatch(); batch.length > 0; batch = this.takeBatch()) {
      await this.publishTogether(batch);
    }
    this.publishing = undefined;
  }

  private async publishTogether(batch: readonly Waiting[]): Promise<void> {
    try {
      await this.producer.publish(batch.flatMap(({ messages }) => messages));
      for (const { published } of batch) published.resolve();
    } catch (error) {
      if (batch.length > 1 && error instanceof PublishRefusedError)
        for (const one of batch) await this.publishTogether([one]);
      else for (const { published } of batch) published.reject(error);
    }
  }

  /** Takes the next batch. A call that is too large for a batch goes alone. */
  private takeBatch(): Waiting[] {
    let room = MAX_BATCH_BYTES;
    const end = this.waiting.findIndex(({ bytes }, index) => (room -= bytes) < 0 && index > 0);
    return this.waiting.splice(0, end < 0 ? this.waiting.length : end);
  }
}
