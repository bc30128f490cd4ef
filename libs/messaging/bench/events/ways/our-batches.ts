import { type EventType } from '@groundwork/contracts';
import { type TestKafka } from '@groundwork/testing';
import { type Numbered } from '../../../test/numbered.ts';
import { consumeBatches } from '../../../test/test-consumer.ts';
import { PostgresPartitionFence } from '../../../src/fence/postgres-partition-fence.ts';
import { batchOnceInInbox } from '../../../src/inbox/batch-once-in-inbox.ts';
import { type EffectsDatabase, haveEffects } from '../effects-database.ts';
import { Stopwatch } from '../filled-topic.ts';
import { BATCH_SIZE } from './batch-size.ts';

/** Writes inbox rows, effects and next offset of a batch in one transaction, fenced by the claim of the partition. */
export async function ourBatches(
  kafka: TestKafka,
  type: EventType<Numbered>,
  { transactions }: EffectsDatabase,
  count: number,
) {
  const stopwatch = new Stopwatch(count);
  const strategy = consumeBatches(
    kafka,
    type,
    BATCH_SIZE,
    async (batch) => {
      await batchOnceInInbox(transactions, 'bench', batch, haveEffects);
      stopwatch.count(batch.size);
    },
    { fence: new PostgresPartitionFence(transactions) },
  );
  const timed = await stopwatch.done;
  await strategy.close();
  return timed;
}
