import { type OutgoingMessage } from './outgoing-message.ts';

/**
 * Publishes messages. `publish` resolves when every message is acknowledged by all in-sync replicas, and rejects within a
 * bounded time otherwise; then some of them may be published all the same. It rejects with a `PublishRefusedError` where the broker is there
 * and will never take them as they are. Messages of one call keep their order within
 * a partition; calls that must keep theirs are awaited one after the other. `close` waits for calls in flight.
 */
export interface EventProducer {
  publish(messages: readonly OutgoingMessage[]): Promise<void>;
  close(): Promise<void>;
}
