import { HashRing } from '@groundwork/hashing';
import { type Lab } from '../lab.ts';
import { atLeast, atMost, exactly, percent } from '../readings.ts';
import { databaseByRange, databaseByRing } from './naive-sharding.ts';
import { OrdersDatabases } from './orders-databases.ts';
import { SlotPlatform } from './slot-platform.ts';

const SHARDS = ['shard-1', 'shard-2', 'shard-3', 'shard-4'];
const FIRST_MAP = '0-1023=shard-1,1024-2047=shard-2,2048-3071=shard-3,3072-4095=shard-4';
const ORDERS = 10_000;

const NAIVE_SCHEMA = ['create table orders (id bigint primary key)'];

export const ranges: Lab = {
  name: 'ranges',
  pattern: 'Sharding',
  naiveFailure: 'all new orders land on one shard; orders are not found after a shard joins',
  experiment:
    `Four Postgres databases hold orders. The newest ${ORDERS} are placed, by hard-coded ranges of ids and by our slots. Then a fifth ` +
    'database joins, on a consistent-hash ring and with our mover, and every order is looked up.',
  page: 'docs/sharding.md',

  async run({ postgres, progress }) {
    const serverUrl = await postgres();
    const opened = ['ranges', 'ring', 'ours'].map(() => new OrdersDatabases(serverUrl));
    const [byRange, byRing, bySlot] = opened as [OrdersDatabases, OrdersDatabases, OrdersDatabases];
    const platform = new SlotPlatform(bySlot);
    try {
      progress(`naive: placing ${ORDERS} orders by hard-coded ranges`);
      const rangeNames = await createAll(byRange, 'range');
      const newest = Array.from({ length: ORDERS }, (_, number) => String(3 * ORDERS + number));
      const naiveRange = (id: string) => databaseByRange(Number(id), rangeNames, ORDERS);
      await insertAll(byRange, newest, naiveRange);

      progress(`naive: placing ${ORDERS} orders on a ring of databases`);
      const ringNames = await createAll(byRing, 'ring');
      const four = new HashRing(ringNames);
      await insertAll(byRing, newest, (id) => databaseByRing(Number(id), four));

      progress(`ours: placing ${ORDERS} orders by slot`);
      await platform.start(SHARDS, FIRST_MAP);
      const ids = await platform.placeOrders(ORDERS);
      const oursFullest = Math.max(...(await Promise.all(SHARDS.map((shard) => bySlot.count(shard)))));

      progress('a fifth database joins: the ring changes, our mover moves slots with their rows');
      await byRing.create('ring-5', NAIVE_SCHEMA);
      const five = four.with('ring-5');
      const naiveMissing = await byRing.missing(newest, (id) => databaseByRing(Number(id), five));
      await platform.join('shard-5');
      const oursMissing = await bySlot.missing(ids, platform.shardOf);

      const naiveFullest = Math.max(...(await Promise.all(rangeNames.map((name) => byRange.count(name)))));
      return {
        measures: [
          {
            what: `newest ${ORDERS} orders that are on one of four databases`,
            naive: exactly(1, naiveFullest / ORDERS, percent),
            ours: atMost(0.27, oursFullest / ORDERS, percent),
          },
          {
            what: 'orders that are not found after a fifth database has joined',
            naive: atLeast(1_000, naiveMissing),
            ours: exactly(0, oursMissing),
          },
          {
            what: 'orders that the fifth database holds',
            naive: exactly(0, await byRing.count('ring-5')),
            ours: atLeast(1_500, await bySlot.count('shard-5')),
          },
        ],
        plot: {
          title: 'Orders that are not found after a fifth database has joined',
          axis: `orders, of ${ORDERS}`,
          bars: [
            { label: 'naive: a ring of databases', value: naiveMissing, version: 'naive' },
            { label: 'ours: slots and a mover', value: oursMissing, version: 'ours' },
          ],
        },
      };
    } finally {
      await platform.close();
      await Promise.all(opened.map((databases) => databases.close()));
    }
  },
};

async function createAll(databases: OrdersDatabases, prefix: string): Promise<string[]> {
  const names = SHARDS.map((_, index) => `${prefix}-${index + 1}`);
  for (const name of names) await databases.create(name, NAIVE_SCHEMA);
  return names;
}

async function insertAll(
  databases: OrdersDatabases,
  ids: readonly string[],
  databaseOf: (id: string) => string,
): Promise<void> {
  for (const [name, of] of Map.groupBy(ids, databaseOf)) await databases.insert(name, of);
}
