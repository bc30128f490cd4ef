import { randomUUID } from 'node:crypto';
import { composeId, randomSlot, slotOf, SlotMap, VSchemaRouter } from '@groundwork/sharding';
import { vschemaFile } from '../../src/routing/vschema-file.ts';
import { shardDataSource } from '../../src/storage/shard-data-source.ts';
import { Shard } from '../../src/storage/shard.ts';
import { Shards } from '../../src/storage/shards.ts';
import { staticDirectory } from '../../test/static-directory.ts';

/**
 * The result of a race of `tools/bench`. No project may import an app, so `tools/bench` finds this file by its name, and the
 * file imports nothing from there.
 */
interface Race {
  nanosecondsPerOperation(name: string): number;
}

interface Tools {
  race(contestants: readonly { name: string; run(operations: number): unknown }[]): Promise<Race>;
}

const KEYS = 4_096;
const URL = 'postgres://nobody@127.0.0.1:1/nowhere';

/** Finds the shard of a row by its id, its e-mail or its sku. All work happens in memory, so results are in nanoseconds. */
export default {
  async measure({ race }: Tools) {
    const router = new VSchemaRouter(vschemaFile.parse(undefined));
    const shards = threeShards();
    const ids = Array.from({ length: KEYS }, (_, n) =>
      composeId({ atMs: Date.now() + n, slot: randomSlot(), worker: n & 31, sequence: n & 31 }),
    );
    const emails = ids.map(() => `${randomUUID()}@example.com`);
    const skus = ids.map((_, n) => `GW-${String((n % 120) + 1).padStart(4, '0')}`);
    const over = (find: (n: number) => number) => (operations: number) => {
      let sum = 0;
      for (let n = 0; n < operations; n++) sum += find(n % KEYS);
      return sum;
    };
    const contestants = [
      { name: 'id → slot', run: over((n) => slotOf(ids[n] as string)) },
      { name: 'id → slot → shard', run: over((n) => shards.route(slotOf(ids[n] as string)).epoch) },
      {
        name: 'order id, by the VSchema → shard',
        run: over((n) => shards.route(router.slotOf('orders', { id: ids[n] })).epoch),
      },
      {
        name: 'e-mail, by the VSchema → slot',
        run: over((n) => router.slotOf('customer_emails', { email: emails[n] })),
      },
      {
        name: 'sku, by the VSchema → slot',
        run: over((n) => router.slotOf('catalogue_entries', { sku: skus[n] })),
      },
    ];
    const result = await race(contestants);
    return {
      tables: [
        {
          title: 'Routing',
          columns: ['from what', 'ns/op'],
          rows: contestants.map(({ name }) => [name, result.nanosecondsPerOperation(name).toFixed(0)]),
        },
      ],
      goals: [],
      faults: ids.flatMap((id, n) => {
        const slot = slotOf(id);
        const isRight =
          router.slotOf('orders', { id }) === slot &&
          shards.map.shardOf(slot) === shards.route(slot).shard.name;
        return isRight ? [] : [`key ${n} is routed to the wrong shard`];
      }),
    };
  },
};

function threeShards(): Shards {
  const map = SlotMap.parse('0-1365=shard-1,1366-2730=shard-2,2731-4095=shard-3');
  const urls = new Map(map.shards.map((name) => [name, URL]));
  const create = (name: string) =>
    new Shard(name, () => shardDataSource({ url: URL, poolSize: 2, connectTimeoutMs: 1_000 }));
  return new Shards(staticDirectory({ map, urls }), create);
}
