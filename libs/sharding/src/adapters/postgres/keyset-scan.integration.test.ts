import { createTestDatabase } from '@groundwork/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { type Position, type SortOrder } from '../../cursor/sort-order.ts';
import { keysetRanges, orderBySql } from './keyset-sql.ts';

interface Plan {
  readonly 'Actual Rows': number;
  readonly 'Node Type': string;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}

const LIMIT = 10;
const upwards: SortOrder = [
  { name: 'at', type: 'timestamp', direction: 'asc', nulls: 'last' },
  { name: 'id', type: 'id', direction: 'asc' },
];
const downwards: SortOrder = [
  { name: 'at', type: 'timestamp', direction: 'desc', nulls: 'first' },
  { name: 'id', type: 'id', direction: 'desc' },
];
const middle: Position = [new Date(5_000), '5000'];

describe('the scans of a keyset', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let client: Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query(`
      create table rows (id bigint primary key, at timestamptz(3));
      insert into rows select n, case when n % 5 > 0 then to_timestamp(n / 1000.0) end from generate_series(1, 10000) n;
      create index on rows (at, id);
      analyze rows;`);
  });

  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  async function nodesOf(
    conditions: readonly string[],
    order: SortOrder,
    values: unknown[],
  ): Promise<Plan[]> {
    const ordered = `order by ${orderBySql(order)} limit ${LIMIT}`;
    const scans = conditions.map((condition) => `(select * from rows where ${condition} ${ordered})`);
    const { rows } = await client.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
      `explain (analyze, format json) select * from (${scans.join(' union all ')}) as page ${ordered}`,
      values,
    );
    const flat = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(flat)];
    return flat(rows[0]!['QUERY PLAN'][0]!.Plan);
  }

  const passedOver = (nodes: readonly Plan[]) =>
    nodes.reduce((sum, node) => sum + (node['Rows Removed by Filter'] ?? 0), 0);

  it.each<[string, SortOrder, Position]>([
    ['in the middle, upwards', upwards, middle],
    ['in the middle, downwards', downwards, middle],
    ['among the last NULLs', upwards, [null, '5000']],
    ['among the first NULLs', downwards, [null, '5000']],
  ])('read only the rows of the page: %s', async (_where, order, position) => {
    const { conditions, values } = keysetRanges(order, position, 1);
    const nodes = await nodesOf(conditions, order, [...values]);
    expect(passedOver(nodes)).toBe(0);
    const scans = nodes.filter((node) => node['Node Type'].includes('Scan') && node.Plans === undefined);
    expect(scans).toHaveLength(conditions.length);
    for (const scan of scans) expect(scan['Actual Rows']).toBeLessThanOrEqual(LIMIT);
  });

  it('read all earlier pages if the ranges are joined by `or` into one condition', async () => {
    const { conditions, values } = keysetRanges(upwards, middle, 1);
    const nodes = await nodesOf([conditions.map((condition) => `(${condition})`).join(' or ')], upwards, [
      ...values,
    ]);
    expect(passedOver(nodes)).toBe(4_000);
  });
});
