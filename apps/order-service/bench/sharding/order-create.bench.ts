import 'reflect-metadata';
import { openShop, type Shop } from './open-shop.ts';
import { ourWay } from './ways/our-way.ts';
import { barePgWay } from './ways/bare-pg-way.ts';
import { pgbenchWay } from './ways/pgbench-way.ts';
import { typeormSaveWay } from './ways/typeorm-save-way.ts';
import { type Way } from './ways/way.ts';

/**
 * The result of a race of `tools/bench`. No project may import an app, so `tools/bench` finds this file by its name, and the
 * file imports nothing from there.
 */
interface Race {
  perSecond(name: string): number;
  ratio(of: string, to: string): { mean: number; low: number; high: number };
}

interface Tools {
  readonly rounds: number;
  postgres(): Promise<string>;
  race(
    contestants: readonly { name: string; operations: number; run(operations: number): Promise<void> }[],
    options: { rounds: number },
  ): Promise<Race>;
  progress(message: string): void;
}

const AT_ONCE = 64;

/**
 * Places orders of three lines with their idempotency record and event; every commit waits for the disk. Compares our whole
 * use case with the same statement on bare `pg` clients, with the same statement run by pgbench, and with TypeORM's `save`:
 * one order at a time, and as many concurrent orders as a busy instance has. Afterwards every row is counted.
 */
export default {
  async measure(tools: Tools) {
    const shop = await openShop(await tools.postgres());
    try {
      tools.progress('orders, one at a time');
      const alone = await raceOf(tools, shop, 1);
      tools.progress(`orders, ${AT_ONCE} at once`);
      const together = await raceOf(tools, shop, AT_ONCE);
      return {
        tables: [alone.table, together.table],
        goals: [
          ...alone.ratio('one at a time, to pgbench', 'pgbench', 0.7),
          ...alone.ratio('one at a time, to a bare pg client', 'bare pg', 0.7),
          ...together.ratio('grouped, to pgbench', 'pgbench', 1.6),
          ...together.ratio('grouped, to TypeORM save', 'TypeORM save', 8),
        ],
        faults: [...alone.faults, ...together.faults],
      };
    } finally {
      await shop.close();
    }
  },
};

async function raceOf(tools: Tools, shop: Shop, atOnce: number) {
  const ways = [
    await ourWay(shop),
    await barePgWay(shop),
    await typeormSaveWay(shop),
    ...(await pgbenchWay(shop)),
  ];
  try {
    const race = await tools.race(
      ways.map((way) => ({
        name: way.name,
        operations: way.sliceOf(atOnce),
        run: (operations: number) => way.place(operations, atOnce),
      })),
      { rounds: Math.min(tools.rounds, 12) },
    );
    const faults: (string | undefined)[] = [];
    for (const way of ways) faults.push(await shop.faultOf(way));
    return {
      table: tableOf(race, ways, atOnce),
      faults: faults.filter((fault) => fault !== undefined),
      /** Returns a goal, or none when the peer is not installed. */
      ratio: (what: string, peer: string, atLeast: number) =>
        ways.some(({ name }) => name === peer) ? [{ what, measured: race.ratio('ours', peer), atLeast }] : [],
    };
  } finally {
    for (const way of ways) await way.close();
  }
}

function tableOf(race: Race, ways: readonly Way[], atOnce: number) {
  return {
    title: atOnce === 1 ? 'Order create, one at a time' : `Order create, ${atOnce} at once`,
    columns: ['way', 'orders a second', 'ours to it'],
    rows: ways.map(({ name, what }) => {
      const { mean, low, high } = race.ratio('ours', name);
      const ratio = name === 'ours' ? '—' : `${mean.toFixed(2)} (${low.toFixed(2)} … ${high.toFixed(2)})`;
      return [`${name}: ${what}`, race.perSecond(name).toFixed(0), ratio];
    }),
  };
}
