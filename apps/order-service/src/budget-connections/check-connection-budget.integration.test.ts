import { once } from 'node:events';
import { type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDirectory } from '../../test/create-directory.ts';
import { spawnTypescript } from '../../test/spawn-typescript.ts';
import { createShardDatabase, shardsOf } from '../../test/start-order-service.ts';

describe('a service whose instances could open more connections than a shard offers', () => {
  let database: Awaited<ReturnType<typeof createShardDatabase>>;
  let directory: Awaited<ReturnType<typeof createDirectory>>;

  beforeAll(async () => {
    database = await createShardDatabase();
    directory = await createDirectory(shardsOf([database.url]));
  });

  afterAll(async () => {
    await directory.drop();
    await database.drop();
  });

  it('refuses to start and shows the sum', async () => {
    const service = spawnTypescript('src/main.ts', {
      environment: {
        DIRECTORY_URL: directory.url,
        SHARD_URLS: `shard-1=${database.url}`,
        KAFKA_BROKERS: '127.0.0.1:1',
        LISTEN_ADDRESS: '127.0.0.1:0',
        INSTANCES: '50',
        SHARD_POOL_SIZE: '100',
      },
      stderr: 'pipe',
    });
    service.stdout?.resume();
    const said = text(service.stderr as Readable);
    const [code] = (await once(service, 'exit')) as [number];
    expect(code).toBe(78);
    expect(await said).toMatch(
      /shard-1 gives \d+ connections, but may be asked for more: 50 instances × \(SHARD_POOL_SIZE 100 \+ 2\) \+ 10 for others = 5110/,
    );
  });
});
