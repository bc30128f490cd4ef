import 'reflect-metadata';
import { SlotMap, toSlot } from '@groundwork/sharding';
import { Ids } from '../src/make-ids/ids.ts';
import { createShards } from '../src/storage/shards.ts';

/** Prints `count` ids of one slot, made as a replica of the service makes them. */
const [url = '', count = '0'] = process.argv.slice(2);
const shards = createShards(SlotMap.parse('0-4095=shard-1'), new Map([['shard-1', url]]), {
  poolSize: 2,
  connectTimeoutMs: 5_000,
});
const ids = new Ids(shards, { warn: () => undefined });
const made: string[] = [];
for (let n = 0; n < Number(count); n++) made.push(await ids.next(toSlot(17)));
await Promise.all(shards.all.map((shard) => shard.close()));
process.stdout.write(made.join('\n'));
