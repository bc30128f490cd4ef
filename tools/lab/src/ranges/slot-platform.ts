import { setTimeout as delay } from 'node:timers/promises';
import { IdGenerator, planMoves, randomSlot, SlotMap, slotOf } from '@groundwork/sharding';
import {
  ABANDON_SQL,
  CAPTURE_TABLES_SQL,
  DIRECTORY_TABLES_SQL,
  fenceTables,
  HELD_TIME_SQL,
  initializeDirectory,
  MOVE_TABLES_SQL,
  MoveDesk,
  Mover,
  SHARD_NAME_SQL,
  SHARD_READINESS_SQL,
  SLOT_CHANGES_BY_SLOT_SQL,
  SLOT_FENCES_SQL,
  SLOT_TABLES_SQL,
  SlotDirectory,
  TABLES_OF_THE_SHARD_ITSELF,
  type TableRoles,
} from '@groundwork/sharding/postgres';
import { Pool } from 'pg';
import { type OrdersDatabases } from './orders-databases.ts';

const ROLES: TableRoles = { staying: TABLES_OF_THE_SHARD_ITSELF, queues: [] };

const DIRECTORY_SCHEMA = [
  DIRECTORY_TABLES_SQL,
  SHARD_READINESS_SQL,
  MOVE_TABLES_SQL,
  HELD_TIME_SQL,
  ABANDON_SQL,
].map(({ up }) => up);

const SHARD_SCHEMA = [
  SLOT_TABLES_SQL.up,
  SHARD_NAME_SQL.up,
  SLOT_FENCES_SQL.up,
  CAPTURE_TABLES_SQL.up,
  ...SLOT_CHANGES_BY_SLOT_SQL.up,
  'create table orders (id bigint primary key)',
  'create index orders_by_slot on orders (slot_of(id), id)',
];

/** Ours, as a service of a fork uses it: slots in the ids, a directory, and a mover. */
export class SlotPlatform {
  private readonly urls = new Map<string, string>();
  private readonly ids = new IdGenerator({ window: () => ({ worker: 0, fromMs: 0, untilMs: Infinity }) });
  private directoryUrl = '';
  private directory: SlotDirectory | undefined;
  private readonly stopping = new AbortController();
  private moving: Promise<void> | undefined;

  constructor(private readonly databases: OrdersDatabases) {}

  async start(shards: readonly string[], map: string): Promise<void> {
    this.directoryUrl = await this.databases.create('directory', DIRECTORY_SCHEMA);
    for (const shard of shards) await this.createShard(shard);
    const firstMap = SlotMap.parse(map, shards);
    const { directoryUrl, urls: shardUrls } = this;
    await initializeDirectory({ directoryUrl, shardUrls, firstMap, tables: ROLES });
    this.directory = new SlotDirectory({ url: directoryUrl });
    await this.directory.start();
  }

  /** Returns ids of orders of random customers. Each is stored on the shard of its slot. */
  async placeOrders(count: number): Promise<string[]> {
    const ids = Array.from({ length: count }, () => this.ids.next(randomSlot()));
    for (const [shard, of] of Map.groupBy(ids, this.shardOf)) {
      const client = this.databases.on(shard);
      await client.query('begin');
      await this.databases.insert(shard, of);
      await client.query('commit');
    }
    return ids;
  }

  readonly shardOf = (id: string): string => this.map.shardOf(slotOf(id));

  get map(): SlotMap {
    if (this.directory === undefined) throw new Error('the platform has not started');
    return this.directory.current.map;
  }

  /** Adds an empty shard, and lets a mover bring it an even share of the slots. Resolves when the shard owns them. */
  async join(shard: string): Promise<void> {
    await this.createShard(shard);
    const pool = new Pool({ connectionString: this.directoryUrl });
    // The next statement reports a lost connection.
    pool.on('error', () => undefined);
    await pool.query('insert into shards (name, url, is_ready) values ($1, $2, true)', [
      shard,
      this.urls.get(shard),
    ]);
    const mover = new Mover({
      directoryUrl: this.directoryUrl,
      shardUrls: this.urls,
      name: { holder: 'lab', pid: process.pid },
      tables: ROLES,
      pace: { rowsPerSecond: 1_000_000, dutyCycle: 1 },
      logger: { info: () => undefined, warn: (fields, message) => console.error(message, fields) },
    });
    this.moving = mover.run(this.stopping.signal);
    const desk = new MoveDesk(pool);
    const plan = planMoves(this.map, [...this.map.shards, shard]);
    const { id } = await desk.request({ ...plan, chunkSlots: 256 });
    while (!(await isCopied(desk, id))) await delay(100);
    await desk.want(id, 'switch');
    while (!(await hasSwitched(desk, id))) await delay(100);
    while (!this.map.shards.includes(shard)) await delay(20);
    await pool.end();
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.moving;
    await this.directory?.stop();
  }

  private async createShard(shard: string): Promise<void> {
    const url = await this.databases.create(shard, SHARD_SCHEMA);
    await fenceTables({ name: shard, url, roles: ROLES });
    this.urls.set(shard, url);
  }
}

async function isCopied(desk: MoveDesk, id: string): Promise<boolean> {
  const { chunks } = await desk.move(id);
  return chunks.every(({ phase }) => phase === 'following');
}

async function hasSwitched(desk: MoveDesk, id: string): Promise<boolean> {
  const { slots, switched } = await desk.move(id);
  return switched === slots;
}
