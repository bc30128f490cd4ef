import { createPreparedDatabase, type TestDatabase } from '@groundwork/testing';
import { Client } from 'pg';
import { DIRECTORY_TABLES_SQL } from '../src/adapters/postgres/directory-tables.ts';
import { initializeDirectory } from '../src/adapters/postgres/initialize-directory.ts';
import { readOwnership } from '../src/adapters/postgres/ownership.ts';
import { type SlotCorrection } from '../src/adapters/postgres/reconcile-directory.ts';
import { CAPTURE_TABLES_SQL } from '../src/adapters/postgres/resharding/capture-tables.ts';
import { MOVE_TABLES_SQL } from '../src/adapters/postgres/resharding/move-tables.ts';
import { SHARD_NAME_SQL } from '../src/adapters/postgres/shard-name.ts';
import { SlotDirectory } from '../src/adapters/postgres/slot-directory.ts';
import { SLOT_TABLES_SQL } from '../src/adapters/postgres/slot-tables.ts';
import { composeId } from '../src/ids/id-layout.ts';
import { SlotMap } from '../src/slots/slot-map.ts';
import { toSlot } from '../src/slots/slot.ts';

export const FIRST_MAP = SlotMap.parse('0-2047=shard-1,2048-4095=shard-2');

const SHARD_TABLES = SLOT_TABLES_SQL.up + SHARD_NAME_SQL.up + CAPTURE_TABLES_SQL.up;

/** A directory and three shards with empty tables. */
export class EmptyPlatform {
  private constructor(
    private readonly directory: TestDatabase,
    private readonly shards: ReadonlyMap<string, TestDatabase>,
  ) {}

  static async open(): Promise<EmptyPlatform> {
    const directory = await createPreparedDatabase('empty_directory', (url) =>
      run(url, DIRECTORY_TABLES_SQL.up + MOVE_TABLES_SQL.up),
    );
    const shards = new Map<string, TestDatabase>();
    for (const name of ['shard-1', 'shard-2', 'shard-3']) {
      shards.set(name, await createPreparedDatabase('empty_shard', (url) => run(url, SHARD_TABLES)));
    }
    return new EmptyPlatform(directory, shards);
  }

  get directoryUrl(): string {
    return this.directory.url;
  }

  get shardUrls(): Map<string, string> {
    return new Map([...this.shards].map(([name, { url }]) => [name, url]));
  }

  urlOf(shard: string): string {
    return this.shards.get(shard)!.url;
  }

  onDirectory<Row extends object>(sql: string): Promise<Row[]> {
    return run(this.directoryUrl, sql);
  }

  on<Row extends object>(shard: string, sql: string): Promise<Row[]> {
    return run(this.urlOf(shard), sql);
  }

  ownedBy(shard: string) {
    return connected(this.urlOf(shard), readOwnership);
  }

  initialize(shardUrls = this.shardUrls, onCorrected?: (correction: SlotCorrection) => void) {
    return initializeDirectory({
      directoryUrl: this.directoryUrl,
      shardUrls,
      firstMap: FIRST_MAP,
      tables: { staying: ['slot_ownership', 'shard_state'], queues: [] },
      ...(onCorrected && { onCorrected }),
    });
  }

  /** Returns the state that a newly started process reads. */
  async read() {
    const directory = new SlotDirectory({ url: this.directoryUrl, push: false });
    await directory.start();
    const { current } = directory;
    await directory.stop();
    return current;
  }

  /** Writes the result of a switch: slots 0-99 on shard-3. */
  async moveSomeToShard3(): Promise<void> {
    const state = 'update shard_state set ownership_epoch = 5';
    await this.on('shard-1', `delete from slot_ownership where slot < 100; ${state}`);
    await this.on('shard-3', `insert into slot_ownership select generate_series(0, 99), 5; ${state}`);
  }

  /** Stores an order of slot 99 on shard-3 whose id comes from a clock that was an hour ahead. Resolves with its time. */
  async storeOrderFromTheFuture(): Promise<number> {
    const atMs = Date.now() + 3_600_000;
    const id = composeId({ atMs, slot: toSlot(99), worker: 0, sequence: 0 });
    await this.on(
      'shard-3',
      `create table orders (id bigint primary key);
       create index on orders (slot_of(id), id);
       insert into orders values (${id})`,
    );
    return atMs;
  }

  async close(): Promise<void> {
    for (const database of [this.directory, ...this.shards.values()]) await database.drop();
  }
}

export async function connected<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function run<Row extends object>(url: string, sql: string): Promise<Row[]> {
  return connected(url, async (client) => (await client.query<Row>(sql)).rows);
}
