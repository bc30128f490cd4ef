import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { slotOf } from '@groundwork/sharding';
import { PLACE_ORDERS } from '../../../src/place-order/place-orders.statement.ts';
import { LINES, type Shop } from '../open-shop.ts';
import { type Way } from './way.ts';

const run = promisify(execFile);

/**
 * Runs the same statement for one order, prepared, with pgbench, the load generator of Postgres, and one connection for each
 * concurrent order (up to 32; more connections make it slower). Returns no way when pgbench is not installed. The measured
 * time includes the start of pgbench: some hundredths of a slice.
 */
export async function pgbenchWay(shop: Shop): Promise<Way[]> {
  const isInstalled = await run('pgbench', ['--version']).then(
    () => true,
    () => false,
  );
  if (!isInstalled) return [];
  const customers = await shop.customers();
  const folder = mkdtempSync(join(tmpdir(), 'groundwork-pgbench-'));
  const script = join(folder, 'place-order.sql');
  writeFileSync(script, scriptFor(customers, shop.shards.map.epoch));
  let placed = 0;
  const way: Way = {
    name: 'pgbench',
    what: 'the same statement, one order each',
    customers,
    sliceOf: (atOnce) => (atOnce === 1 ? 600 : 4_800),
    place: async (orders, atOnce) => {
      const clients = Math.min(atOnce, 32);
      const each = orders / clients;
      const args = ['-n', '-M', 'prepared', '-c', clients, '-j', Math.min(clients, 2), '-t', each];
      await run('pgbench', [...args.map(String), '-f', script, shop.url]);
      placed += each * clients;
    },
    placed: () => placed,
    close: () => Promise.resolve(rmSync(folder, { recursive: true })),
  };
  return [way];
}

/** pgbench itself picks the customers at random. Its ids are random and have times below those of real ids. */
function scriptFor(customers: readonly string[], epoch: number): string {
  const line = (values: readonly (string | number)[]) => `'{${values.join()}}'`;
  const values = [
    ...['array[:slot]', `array[${epoch}]`, 'array[:id]', 'array[:customer]', 'array[:id::text]'],
    ...[`array[decode(repeat('00', 32), 'hex')]`, `array['test_ok']`, 'array[null]'],
    'array[:id, :id, :id]',
    line(LINES.map((_, index) => index + 1)),
    line(LINES.map(({ sku }) => sku)),
    line(LINES.map(({ quantity }) => quantity)),
  ];
  const statement = PLACE_ORDERS.text
    .replace(/\$(\d+)/g, (_all: string, number: string) => values[Number(number) - 1] as string)
    // pgbench reads a colon as the start of a variable, even inside quotes.
    .replace('HH24:MI:SS', 'HH24":"MI":"SS');
  const choose = customers.map((id, index) => `when :n = ${index} then ${id}`).join(' ');
  const slots = customers.map((id, index) => `when :n = ${index} then ${slotOf(id)}`).join(' ');
  return [
    `\\set n random(0, ${customers.length - 1})`,
    `\\set customer case ${choose} end`,
    `\\set slot case ${slots} end`,
    `\\set id (random(1, 10000000000) << 22) | (:slot << 10) | random(0, 1023)`,
    `${statement};\n`,
  ].join('\n');
}
