import 'reflect-metadata';
import { toSlot } from '@groundwork/sharding';
import { Ids } from '../src/make-ids/ids.ts';
import { Shard } from '../src/storage/shard.ts';
import { shardDataSource } from '../src/storage/shard-data-source.ts';

/** Prints `count` ids of one slot, made in the same way as by a replica of the service. */
const [url = '', count = '0'] = process.argv.slice(2);
const shard = new Shard('shard-1', () => shardDataSource({ url, poolSize: 2, connectTimeoutMs: 5_000 }));
const ids = new Ids({ all: [shard] }, { warn: () => undefined });
const made: string[] = [];
for (let n = 0; n < Number(count); n++) made.push(await ids.next({ slot: toSlot(17), shard, idsAfterMs: 0 }));
await shard.close();
process.stdout.write(made.join('\n'));
