import { nameOf } from '../consumer/topic-partition.ts';
import { inTransaction } from '../sql/in-transaction.ts';
import { type Transactions } from '../sql/sql-session.ts';
import {
  type Claimed,
  type GrantedClaim,
  type PartitionClaim,
  type PartitionFence,
} from './partition-fence.ts';

interface Position {
  readonly claim: PartitionClaim;
  readonly nextOffset: bigint;
}

interface Row {
  readonly topic: string;
  readonly partition: number;
  readonly epoch: string;
  readonly next_offset: string | null;
}

/**
 * Stores claims as rows of `consumed_partitions`, in the database of the effects.
 *
 * Effects lock the row of their claim `for key share`, which any number of transactions can hold at the same time. Storing
 * an offset does not conflict with them (`for no key update`). A claim locks the row `for update`, so it waits for all
 * earlier transactions. A process that is frozen in a transaction delays the claim until the server ends that transaction
 * (`idle_in_transaction_session_timeout`).
 */
export class PostgresPartitionFence implements PartitionFence {
  constructor(private readonly transactions: Transactions) {}

  claim(group: string, partitions: readonly Claimed[]): Promise<readonly GrantedClaim[]> {
    const inOrder = [...partitions].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
    const topics = inOrder.map(({ topic }) => topic);
    const numbers = inOrder.map(({ partition }) => partition);
    return inTransaction(this.transactions, async (session) => {
      await session.query(
        `select from consumed_partitions
         where consumer_group = $1 and (topic, partition) in (select * from unnest($2::text[], $3::int[]))
         order by topic, partition for update`,
        [group, topics, numbers],
      );
      const rows = await session.query<Row[]>(
        `insert into consumed_partitions as known (consumer_group, topic, partition, epoch, next_offset)
         select $1, topic, partition, 1, committed
         from unnest($2::text[], $3::int[], $4::bigint[]) as claimed (topic, partition, committed)
         on conflict (consumer_group, topic, partition) do update
         set epoch = known.epoch + 1,
             next_offset = greatest(known.next_offset, excluded.next_offset)
         returning topic, partition, epoch, next_offset`,
        [group, topics, numbers, inOrder.map(({ committed }) => committed?.toString() ?? null)],
      );
      return rows.map(({ topic, partition, epoch, next_offset: next }) => ({
        claim: { group, topic, partition, epoch },
        nextOffset: next === null ? undefined : BigInt(next),
      }));
    });
  }

  advance(progress: readonly Position[]): Promise<void> {
    return this.move(progress, 'next_offset is null or next_offset < reached');
  }

  rewind(positions: readonly Position[]): Promise<void> {
    return this.move(positions, 'next_offset > reached');
  }

  private async move(progress: readonly Position[], condition: string): Promise<void> {
    const inOrder = [...progress].sort((a, b) => (nameOf(a.claim) < nameOf(b.claim) ? -1 : 1));
    await inTransaction(this.transactions, (session) =>
      session.query(
        `with progress as (
           select * from unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[])
             as progress (consumer_group, topic, partition, epoch, reached)
         ), known as (
           select consumer_group, topic, partition, reached
           from consumed_partitions join progress using (consumer_group, topic, partition, epoch)
           where ${condition}
           order by topic, partition for no key update of consumed_partitions
         )
         update consumed_partitions set next_offset = reached
         from known
         where consumed_partitions.consumer_group = known.consumer_group
           and consumed_partitions.topic = known.topic and consumed_partitions.partition = known.partition`,
        [
          inOrder.map(({ claim }) => claim.group),
          inOrder.map(({ claim }) => claim.topic),
          inOrder.map(({ claim }) => claim.partition),
          inOrder.map(({ claim }) => claim.epoch),
          inOrder.map(({ nextOffset }) => nextOffset.toString()),
        ],
      ),
    );
  }
}
