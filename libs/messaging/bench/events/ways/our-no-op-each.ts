import { type EventType } from '@groundwork/contracts';
import { type TestKafka } from '@groundwork/testing';
import { type Numbered } from '../../../test/numbered.ts';
import { consume } from '../../../test/test-consumer.ts';
import { Stopwatch } from '../filled-topic.ts';

/** Runs our strategy with a handler that does nothing; it gets single events, decoded and in the order of their key. */
export async function ourNoOpEach(kafka: TestKafka, type: EventType<Numbered>, count: number) {
  const stopwatch = new Stopwatch(count);
  const strategy = consume(kafka, type, () => stopwatch.count(1));
  const timed = await stopwatch.done;
  await strategy.close();
  return timed;
}
