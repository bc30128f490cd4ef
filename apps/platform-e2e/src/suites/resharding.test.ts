import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Drill, formatResult, machineNow, Moves, runDrill, type Site } from '@groundwork/chaos';
import { Databases } from '@groundwork/load';
import { eventually } from '@groundwork/testing';
import { type Platform, underTest } from '../platform.ts';
import { say } from '../run/say.ts';

const OPERATOR_KEY = process.env['OPERATOR_KEY'] ?? 'groundwork-operator';
const SLOTS = '1984-2047,4032-4095';

/** `npm run chaos -- resharding` is the long version, with faults at every step. */
describe('slots that move to a new shard under load', () => {
  let platform: Platform;
  let site: Site;

  beforeAll(async () => {
    platform = underTest();
    const { gateways, databases } = platform.topology;
    const third = await platform.topology.startThirdShard();
    const moves = new Moves(gateways, OPERATOR_KEY);
    await moves.addShard('shard-3');
    const all = { ...databases, shards: { ...databases.shards, 'shard-3': third } };
    site = { gateways, databases: new Databases(all), moves, machine: machineNow(), say };
  });

  afterAll(async () => {
    await site.databases.close();
    await platform.close();
  });

  it('lose no order, duplicate none and fail no request, in both directions, when the mover is killed', async () => {
    const { moves } = site;
    const drill: Drill = {
      name: 'short',
      title: `slots ${SLOTS} to a new shard and back, kill -9 of the mover`,
      orders: 300,
      // On two slow cores 20 a second use the whole machine: connections time out, and the suite tests the machine.
      ordersPerSecond: 10,
      slots: SLOTS,
      onlyTellsPauses: true,
      async run({ isEnough }) {
        const move = await moves.request(SLOTS, 'shard-3');
        await platform.topology.kill('shard-mover');
        await platform.topology.start('shard-mover');
        await moves.copied(move);
        await moves.verify(move);
        await moves.switch(move);
        expect(await ownersIn(SLOTS)).toEqual(['shard-3']);
        await moves.reverse(move);
        await moves.thereAndBack(move, isEnough);
        await moves.drop(move);
      },
    };
    const result = await runDrill(site, drill);
    say(formatResult(result));
    expect(result.faults).toEqual([]);
    await eventually(async () => (await copiesLeft()) === 0);
  });

  async function ownersIn(slots: string): Promise<readonly string[]> {
    const [first = 0, last = 0] = (slots.split(',')[0] as string).split('-').map(Number);
    const sql = 'select distinct shard from slots where slot between $1 and $2';
    const { rows } = await site.databases.directory.query<{ shard: string }>(sql, [first, last]);
    return rows.map(({ shard }) => shard);
  }

  /** Returns the number of rows on the third shard, which no longer owns any slot. */
  async function copiesLeft(): Promise<number | undefined> {
    const sql = 'select ((select count(*) from customers) + (select count(*) from orders))::int as n';
    return (await site.databases.shards.get('shard-3')?.query<{ n: number }>(sql))?.rows[0]?.n;
  }
});
