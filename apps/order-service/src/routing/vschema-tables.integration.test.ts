import { type VSchema } from '@groundwork/sharding';
import { readShardedTables, type ShardedTable } from '@groundwork/sharding/postgres';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createShardDatabase } from '../../test/start-order-service.ts';
import { shardDataSource } from '../storage/shard-data-source.ts';
import { REFERENCE_TABLES, TABLE_ROLES } from '../storage/table-roles.ts';
import { vschemaFile } from './vschema-file.ts';

const vschema: VSchema = vschemaFile.parse(undefined);
const tables = vschema.tables.filter(({ keyspace }) => keyspace === 'orders');

describe('the VSchema and the tables of a shard', () => {
  let database: Awaited<ReturnType<typeof createShardDatabase>>;
  let sharded: readonly ShardedTable[];

  beforeAll(async () => {
    database = await createShardDatabase();
    const dataSource = await shardDataSource({
      url: database.url,
      poolSize: 1,
      connectTimeoutMs: 5_000,
    }).initialize();
    const sql = {
      query: <Row>(text: string, values: unknown[] = []) => dataSource.query<Row[]>(text, values),
    };
    sharded = await readShardedTables(sql as never, TABLE_ROLES);
    await dataSource.destroy();
  });

  afterAll(() => database.drop());

  it('contain the same sharded tables and the same reference tables', () => {
    const named = (type: string) =>
      tables
        .filter((table) => table.type === type)
        .map(({ name }) => name)
        .sort();
    expect(named('plain')).toEqual(sharded.map(({ name }) => name).sort());
    expect(named('reference')).toEqual([...REFERENCE_TABLES].sort());
  });

  it('find rows by existing columns', () => {
    for (const { name, columnVindexes } of tables) {
      const columns =
        sharded.find((table) => table.name === name)?.columns.map((column) => column.name) ?? [];
      expect(columns).toEqual(expect.arrayContaining(columnVindexes.flatMap((vindex) => vindex.columns)));
    }
  });

  it('move each row with the slot in which the VSchema finds it', () => {
    for (const { name, slot, slotColumn } of sharded) {
      const id = slot === 'slot' ? undefined : slotColumn;
      const vindexes = vschema.table(`orders.${name}`).columnVindexes;
      const carried = vindexes.filter(({ type }) => type === 'slot_of_id').flatMap(({ columns }) => columns);
      if (id === undefined) expect([name, carried]).toEqual([name, []]);
      else expect([name, carried]).toEqual([name, expect.arrayContaining([id])]);
    }
  });
});
