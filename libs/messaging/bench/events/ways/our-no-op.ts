import { type EventType } from '@groundwork/contracts';
import { type TestKafka } from '@groundwork/testing';
import { type Numbered } from '../../../test/numbered.ts';
import { consumeBatches } from '../../../test/test-consumer.ts';
import { Stopwatch } from '../filled-topic.ts';
import { BATCH_SIZE } from './batch-size.ts';

/** Runs our strategy with a handler that gets batches and does nothing. */
export async function ourNoOp(kafka: TestKafka, type: EventType<Numbered>, count: number) {
  const stopwatch = new Stopwatch(count);
  const strategy = consumeBatches(kafka, type, BATCH_SIZE, (batch) => stopwatch.count(batch.size));
  const timed = await stopwatch.done;
  await strategy.close();
  return timed;
}
