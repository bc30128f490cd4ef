import { type EventType } from '@groundwork/contracts';
import { type TestKafka } from '@groundwork/testing';
import { type Numbered } from '../../../test/numbered.ts';
import { consume } from '../../../test/test-consumer.ts';
import { Stopwatch } from '../filled-topic.ts';

/** Our strategy with a handler that takes one event at a time, decoded and in the order of its key, and does nothing with it. */
export async function ourNoOpEach(kafka: TestKafka, type: EventType<Numbered>, count: number) {
  const stopwatch = new Stopwatch(count);
  const strategy = consume(kafka, type, () => stopwatch.count(1));
  const timed = await stopwatch.done;
  await strategy.close();
  return timed;
}
