import 'reflect-metadata';
import { runJob } from '@groundwork/service-kit';
import { z } from 'zod';
import { migrateShard } from './storage/migrate-shard.ts';
import { shardDataSource } from './storage/shard-data-source.ts';
import { shardUrls } from './storage/shard-urls.ts';

await runJob('migrate-orders', z.object({ SHARD_URLS: shardUrls }), async ({ SHARD_URLS }, logger) => {
  for (const [shard, url] of SHARD_URLS) {
    const applied = await migrateShard(shardDataSource({ url, poolSize: 2, connectTimeoutMs: 5_000 }));
    logger.info({ shard, applied }, 'the schema of the shard is up to date');
  }
});
