import { DirectoryUnavailableError, SLOT_LOCK_CLASS } from '@groundwork/sharding/postgres';
import { SlotMap, toSlot } from '@groundwork/sharding';
import { eventually } from '@groundwork/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { asTheMover } from '../../test/as-the-mover.ts';
import { createDirectory } from '../../test/create-directory.ts';
import { createShardDatabase, shardsOf } from '../../test/start-order-service.ts';
import { shardDataSource } from './shard-data-source.ts';
import { Shard } from './shard.ts';
import { type Directory, Shards } from './shards.ts';

const slot = toSlot(7);
const moved = SlotMap.parse('0-4095=shard-1').with({
  epoch: 2,
  assignments: [{ slot, shard: 'shard-2', epoch: 2, idsAfterMs: 0 }],
  ownershipEpochs: new Map(),
});

/** A directory that learns of the move when the test calls `hear`. */
class SlowDirectory implements Directory {
  current;
  failure: Error | undefined;

  constructor(urls: ReadonlyMap<string, string>) {
    this.current = { map: SlotMap.parse('0-4095=shard-1'), shardUrls: urls };
  }

  hear(): void {
    this.current = { ...this.current, map: moved };
  }

  onChange(): void {}

  newerThan(map: SlotMap, withinMs: number): Promise<boolean> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    return eventually(() => this.current.map !== map, { within: withinMs }).catch(() => false);
  }
}

describe('the shards of a slot that moves', () => {
  let databases: Awaited<ReturnType<typeof createShardDatabase>>[];
  let directoryDatabase: Awaited<ReturnType<typeof createDirectory>>;
  let directory: SlowDirectory;
  let shards: Shards;
  let old: Client;
  let next: Client;

  beforeEach(async () => {
    databases = await Promise.all([createShardDatabase(), createShardDatabase()]);
    const known = shardsOf(
      databases.map(({ url }) => url),
      '0-4095=shard-1',
    );
    directoryDatabase = await createDirectory(known);
    directory = new SlowDirectory(known.urls);
    const options = { poolSize: 4, connectTimeoutMs: 1_000, statementTimeoutMs: 2_000 };
    shards = new Shards(
      directory,
      (name, url) => new Shard(name, () => shardDataSource({ ...options, url })),
      undefined,
      500,
    );
    [old, next] = (await Promise.all(databases.map(({ url }) => connect(url)))) as [Client, Client];
  });

  afterEach(async () => {
    await Promise.all([old.end(), next.end(), ...shards.all.map((shard) => shard.close())]);
    for (const database of [...databases, directoryDatabase]) await database.drop();
  });

  async function connect(url: string): Promise<Client> {
    const client = new Client({ connectionString: url });
    await client.connect();
    return client;
  }

  async function moveSlot(): Promise<void> {
    await old.query('delete from slot_ownership where slot = 7');
    await next.query('insert into slot_ownership values (7, 2)');
  }

  const insert = "insert into inbox (slot, consumer, event_id) values (7, 'test', 'event')";
  const rowsOn = async (client: Client) => (await client.query('select from inbox')).rowCount;

  it('run a write on the new owner when the directory knows the new owner', async () => {
    await moveSlot();
    const written = shards.transaction(slot, (manager) => manager.query(insert));
    directory.hear();
    await written;
    expect([await rowsOn(old), await rowsOn(next)]).toEqual([0, 1]);
  });

  const lockSlot = async () => {
    await old.query('begin');
    await old.query(`select pg_advisory_xact_lock(${SLOT_LOCK_CLASS}, 7)`);
  };

  it('let a write wait for a running switch, and then run it on the new owner', async () => {
    await lockSlot();
    let attempts = 0;
    const written = shards.onOwner(slot, (route) => {
      attempts += 1;
      return shards.transactionOn(route, (manager) => manager.query(insert));
    });
    await eventually(() => attempts > 2);
    await moveSlot();
    await old.query('commit');
    directory.hear();
    await written;
    expect([await rowsOn(old), await rowsOn(next)]).toEqual([0, 1]);
  });

  it('retry work that the fence of another slot rejects', async () => {
    await lockSlot();
    let attempts = 0;
    const written = shards.transaction(toSlot(8), () => {
      attempts += 1;
      return shards.transactionOn(shards.route(slot), (manager) => manager.query(insert));
    });
    await eventually(() => attempts > 2);
    await moveSlot();
    await old.query('commit');
    directory.hear();
    await written;
    expect([await rowsOn(old), await rowsOn(next)]).toEqual([0, 1]);
  });

  it('fail with the names of the slot and the shard when the slot stays locked', async () => {
    await lockSlot();
    await expect(shards.transaction(slot, (manager) => manager.query(insert))).rejects.toMatchObject({
      status: 503,
      code: 'slot-moving',
      retryable: true,
      infrastructure: true,
      detail: expect.stringContaining('Slot 7 is locked on shard-1'),
    });
    await old.query('rollback');
    expect(await rowsOn(old)).toBe(0);
  });

  it('answer a read from the new owner, even if the old owner still has a row', async () => {
    await old.query("insert into inbox (slot, consumer, event_id) values (7, 'test', 'stale')");
    const copy = "insert into inbox (slot, consumer, event_id) values (7, 'test', 'fresh')";
    await asTheMover(next, () => next.query(copy));
    await moveSlot();
    directory.hear();
    const [row] = await shards.read(slot, ({ manager }) =>
      manager.query<{ event_id: string }[]>('select event_id from inbox'),
    );
    expect(row?.event_id).toBe('fresh');
  });

  it('fail with the names of the slot and the shard when no map names the new owner', async () => {
    await moveSlot();
    await expect(shards.transaction(slot, (manager) => manager.query(insert))).rejects.toMatchObject({
      status: 503,
      code: 'slot-moving',
      retryable: true,
      infrastructure: true,
      detail: expect.stringContaining('Slot 7 is no longer on shard-1'),
    });
    expect([await rowsOn(old), await rowsOn(next)]).toEqual([0, 0]);
  });

  it('fail with `directory-unavailable` when the directory is lost, without guessing the owner', async () => {
    await moveSlot();
    directory.failure = new DirectoryUnavailableError(new Error('refused'));
    await expect(shards.read(slot, ({ manager }) => manager.query('select 1'))).rejects.toMatchObject({
      code: 'directory-unavailable',
      infrastructure: true,
    });
  });
});
