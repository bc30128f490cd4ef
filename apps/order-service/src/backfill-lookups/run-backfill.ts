import { type Logger } from '@groundwork/service-kit';
import { type VSchemaRouter } from '@groundwork/sharding';
import { SlotDirectory } from '@groundwork/sharding/postgres';
import { Pool } from 'pg';
import { shardDataSource } from '../storage/shard-data-source.ts';
import { Shard } from '../storage/shard.ts';
import { Shards } from '../storage/shards.ts';
import { backfillLookups, forgetBackfills } from './backfill-lookups.ts';

export interface BackfillJob {
  readonly directoryUrl: string;
  readonly router: VSchemaRouter;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  /** Whether to start from the beginning, even after a complete run. */
  readonly again: boolean;
}

/** Runs the backfill with connections of its own, and closes them at the end. */
export async function runBackfill({ directoryUrl, router, logger, again }: BackfillJob): Promise<void> {
  const slots = new SlotDirectory({ url: directoryUrl, push: false });
  const directory = new Pool({ connectionString: directoryUrl, max: 1, application_name: 'migrate-orders' });
  try {
    await slots.start();
    const shards = new Shards(
      slots,
      (name, url) =>
        new Shard(name, () =>
          shardDataSource({ url, poolSize: 10, connectTimeoutMs: 5_000, statementTimeoutMs: 30_000 }),
        ),
    );
    if (again) await forgetBackfills(directory);
    await backfillLookups({ directory, shards, router, logger }).finally(() =>
      Promise.all(shards.all.map((shard) => shard.close())),
    );
  } finally {
    await directory.end();
    await slots.stop();
  }
}
