import { type RetryTopics } from '@groundwork/contracts';
import { retryHeadersOf, type RetryTrail, withoutRetryHeaders } from '@groundwork/dlq';
import { type KafkaRecord } from '../events/kafka-record.ts';
import { type EventProducer } from '../kafka/event-producer.ts';

/**
 * Publishes copies of messages to the retry topics of their group. A copy differs only in the retry headers, and keeps the
 * partition number. Both methods resolve when the copy is durable: only then may the offset of the message pass.
 */
export class RetryPublisher {
  constructor(
    private readonly producer: EventProducer,
    private readonly topics: RetryTopics,
  ) {}

  /** Publishes to the topic of the delay that follows this number of attempts. */
  toRetry(record: KafkaRecord, trail: RetryTrail): Promise<void> {
    const topic = this.topics.retries[trail.attempts - 1];
    if (topic === undefined) throw new RangeError(`expected a retry topic for ${trail.attempts} attempts`);
    return this.publish(topic.name, record, trail);
  }

  toParked(record: KafkaRecord, trail: RetryTrail): Promise<void> {
    return this.publish(this.topics.parked.name, record, trail);
  }

  close(): Promise<void> {
    return this.producer.close();
  }

  private publish(topic: string, { key, value, headers }: KafkaRecord, trail: RetryTrail): Promise<void> {
    return this.producer.publish([
      {
        topic,
        partition: trail.origin.partition,
        key,
        value,
        headers: { ...withoutRetryHeaders(headers), ...retryHeadersOf(trail) },
      },
    ]);
  }
}
