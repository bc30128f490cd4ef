import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openSmallShop, type SmallShop, TABLE_ROLES } from '../../../../../test/small-shop.ts';
import { MOVABLE_TABLES, QUEUE, REFUSED_ROLES, REFUSED_TABLES } from '../../../../conformance/index.ts';
import { type Sql, sqlOf as queryOf } from '../sql.ts';
import { refuseDifferingTables } from './differing-table.ts';
import { type ExaminedTables, examineTables } from './examine-tables.ts';

describe('the examination of tables', () => {
  let shop: SmallShop;
  let examined: ExaminedTables;
  const sqlOf = (shard: string): Sql => ({ query: (text, values) => shop.on(shard, text, values) as never });

  beforeAll(async () => {
    shop = await openSmallShop();
    for (const { ddl } of [...MOVABLE_TABLES, QUEUE]) {
      for (const shard of ['shard-1', 'shard-2']) await shop.on(shard, ddl);
    }
    for (const { ddl } of REFUSED_TABLES) await shop.on('shard-3', ddl);
    examined = await examineTables(sqlOf('shard-3'), {
      staying: [...TABLE_ROLES.staying, ...REFUSED_ROLES.staying],
      queues: [...TABLE_ROLES.queues, ...REFUSED_ROLES.queues],
    });
  });

  afterAll(() => shop.close());

  it.each(REFUSED_TABLES)(
    'refuses $kind and names the table, the part and the remedy',
    ({ name, part, remedy }) => {
      const faults = examined.faults.filter(({ table }) => table === name);
      expect(faults).toContainEqual({
        table: name,
        part,
        problem: expect.any(String),
        remedy: expect.stringContaining(remedy),
      });
      expect(examined.tables.map((table) => table.name)).not.toContain(name);
    },
  );

  it('accepts all other tables', () => {
    const wanted = new Set(REFUSED_TABLES.map(({ name }) => name));
    expect(examined.faults.filter(({ table }) => !wanted.has(table))).toEqual([]);
  });

  it('accepts every movable table and finds no difference to another shard', async () => {
    const roles = { ...TABLE_ROLES, queues: [...TABLE_ROLES.queues, QUEUE.name] };
    const [one, other] = [
      await examineTables(sqlOf('shard-1'), roles),
      await examineTables(sqlOf('shard-2'), roles),
    ];
    expect(one.faults).toEqual([]);
    expect(one.tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining(MOVABLE_TABLES.map(({ name }) => name)),
    );
    expect(() => refuseDifferingTables({ name: 'a', ...one }, { name: 'b', ...other })).not.toThrow();
  });

  it.each([
    [`alter type visit_kind add value 'fair'`, /table visits .*'fair'/],
    [
      'create table readings_2 (like readings); alter table readings add check (n > 0)',
      /table readings .*CHECK/,
    ],
    ['alter table carts alter body set not null', /table carts .*body text not null/],
    [`create unique index on reviews (slot_of(id), body)`, /table reviews .*unique \(slot_of\(id\), body\)/],
  ])('refuses tables that differ on two shards: %s', async (ddl, said) => {
    await shop.on('shard-2', ddl);
    const roles = {
      staying: [...TABLE_ROLES.staying, 'readings_2'],
      queues: [...TABLE_ROLES.queues, QUEUE.name],
    };
    const only = async (shard: string) => {
      const { tables } = await examineTables(sqlOf(shard), roles);
      return { name: shard, tables: tables.filter(({ name }) => said.source.startsWith(`table ${name} `)) };
    };
    const [one, other] = [await only('shard-1'), await only('shard-2')];
    expect(() => refuseDifferingTables(one, other)).toThrow(said);
  });

  it('refuses a table whose rows row-level security hides from the role', async () => {
    const role = `mover_${Date.now()}`;
    await shop.on('shard-1', `create role ${role}; alter table carts enable row level security`);
    const client = await shop.connect('shard-1');
    await client.query(`set role ${role}`);
    const { faults } = await examineTables(queryOf(client), {
      ...TABLE_ROLES,
      queues: [...TABLE_ROLES.queues, QUEUE.name],
    });
    await shop.on('shard-1', `alter table carts disable row level security; drop role ${role}`);
    expect(faults).toEqual([
      { table: 'carts', part: undefined, problem: expect.any(String), remedy: 'give that role BYPASSRLS' },
    ]);
  });
});
