import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openSmallShop, type SmallShop } from '../../../../test/small-shop.ts';
import { readChanges } from './catch-up.ts';

/** As `ShardLink` configures its sessions. */
const AS_THE_MOVER = 'set enable_seqscan = off';
const NOTES_OF_ANOTHER_MOVE = 5_000;

let shop: SmallShop;

beforeAll(async () => {
  shop = await openSmallShop();
});
afterAll(() => shop.close());

it('reads the notes of a slot without reading those of another move', async () => {
  await shop.on(
    'shard-1',
    `insert into slot_changes (slot, table_name, key)
     select 8, 'customers', '{"id": 1}' from generate_series(1, ${NOTES_OF_ANOTHER_MOVE})`,
  );
  await shop.on(
    'shard-1',
    `insert into slot_changes (slot, table_name, key) values (7, 'customers', '{"id": 2}')`,
  );
  await shop.on('shard-1', 'analyze slot_changes');
  const mover = await shop.connect('shard-1');
  await mover.query(AS_THE_MOVER);
  const plans: string[] = [];
  const owner = {
    query: async (text: string, values?: unknown[]) => {
      const { rows } = await mover.query<{ 'QUERY PLAN': string }>(
        `explain (analyze, timing off) ${text}`,
        values,
      );
      plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
      return (await mover.query(text, values)).rows;
    },
  };
  const { notes } = await readChanges({ owner: owner as never, tables: [], slots: [7], limit: 2_001 });
  expect(notes).toHaveLength(1);
  expect(plans[0]).toContain('slot_changes_by_slot');
  expect(plans[0]).not.toContain('Rows Removed');
});
