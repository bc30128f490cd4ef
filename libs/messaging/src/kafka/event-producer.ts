import { type OutgoingMessage } from './outgoing-message.ts';

/**
 * Publishes messages. `publish` resolves when all in-sync replicas have acknowledged every message. Otherwise it rejects
 * within a bounded time; some of the messages may still have been published. It rejects with a `PublishRefusedError` when
 * the broker is available and will never accept the messages as they are. Messages of one call keep their order within a
 * partition; calls that must keep their order are awaited one after the other. `close` waits for calls in flight.
 */
export interface EventProducer {
  publish(messages: readonly OutgoingMessage[]): Promise<void>;
  close(): Promise<void>;
}
