import { type EventProducer, type OutgoingMessage } from '@groundwork/messaging';
import { setTimeout as pause } from 'node:timers/promises';

const TICK_MS = 100;

export interface Steadily {
  readonly perSecond: number;
  /** The maximum number of messages in one request: the broker rejects requests of more than 1 MiB. */
  readonly atOnce?: number;
  readonly signal: AbortSignal;
  /** Returns the n-th message, starting at 0. */
  message(n: number): OutgoingMessage;
  /** Called with the total number of acknowledged messages. */
  published?(count: number): void;
}

/**
 * Publishes at a steady rate until the signal aborts, and catches up after the broker was too slow.
 *
 * @returns the number of published messages
 */
export async function publishSteadily(
  producer: EventProducer,
  { perSecond, atOnce = perSecond, signal, message, published }: Steadily,
): Promise<number> {
  const began = performance.now();
  let count = 0;
  while (!signal.aborted) {
    const due = Math.floor(((performance.now() - began) * perSecond) / 1_000);
    const length = Math.min(due - count, atOnce);
    if (length > 0) {
      const from = count;
      await producer.publish(Array.from({ length }, (_, n) => message(from + n)));
      count += length;
      published?.(count);
    }
    if (count >= due) await pause(TICK_MS);
  }
  return count;
}
