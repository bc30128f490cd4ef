import { DeadLettered } from '@groundwork/contracts';
import { type DeadLetterRecord, type DeadLetterSink } from '@groundwork/dlq';
import { encodeEvent } from '../events/cloud-event.codec.ts';
import { type EventProducer } from '../kafka/event-producer.ts';

/** The default sink: the topic `dead-letters`. The consumer of that topic stores the dead letters for review. */
export class DeadLetterTopic implements DeadLetterSink {
  constructor(
    private readonly producer: EventProducer,
    private readonly topic: string = DeadLettered.topic,
  ) {}

  put(letter: DeadLetterRecord): Promise<void> {
    const message = encodeEvent({
      id: letter.id,
      type: DeadLettered.type,
      source: `/${letter.consumer}`,
      time: new Date(letter.failedAt),
      key: letter.key ?? letter.id,
      json: JSON.stringify(letter),
      traceparent: letter.headers['traceparent'],
    });
    return this.producer.publish([{ topic: this.topic, ...message }]);
  }

  close(): Promise<void> {
    return this.producer.close();
  }
}
