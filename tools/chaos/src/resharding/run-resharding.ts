import { Databases } from '@groundwork/load';
import { MOVER_STEPS } from '@groundwork/sharding';
import { temporaryFolder } from '@groundwork/testing';
import { orphanGuard, startTopology } from '@groundwork/topology';
import { join } from 'node:path';
import { type DrillResult, type Site } from './drill.ts';
import { type DrillName } from './drill-names.ts';
import { drillsOf } from './drills.ts';
import { formatResult } from './format-result.ts';
import { KillableMover } from './killable-mover.ts';
import { describeMachine, machineNow } from './machine.ts';
import { Moves } from './moves.ts';
import { runDrill } from './run-drill.ts';
import { withStaleWriter } from './with-stale-writer.ts';

export interface ReshardingOptions {
  readonly orders: number;
  readonly ordersPerSecond: number;
  readonly drills: readonly DrillName[];
  /** Leave data and logs behind. */
  readonly keep: boolean;
  /** Let a writer bypass the fence: the drill has to fail. */
  readonly bypassFence: boolean;
  say(line: string): void;
}

/** Starts a platform of its own with a third shard, runs the drills on it, and ends it. */
export async function runResharding(options: ReshardingOptions): Promise<readonly DrillResult[]> {
  const { say } = options;
  const folder = temporaryFolder('chaos');
  const machine = machineNow();
  say(`${describeMachine(machine)}.`);
  say('Starting a platform on free ports …');
  const topology = await startTopology({ stateDir: folder.path, freePorts: true });
  let databases: Databases | undefined;
  try {
    await topology.add(['shard-3']);
    const gateways = [topology.url('api-gateway', 1), topology.url('api-gateway', 2)];
    const moves = new Moves(gateways, topology.environment('api-gateway')['OPERATOR_KEY'] ?? '');
    await moves.addShard('shard-3');
    say(`Ready: ${gateways.join(', ')}, with postgres-shard-3 added. Logs: ${join(folder.path, 'logs')}`);
    databases = new Databases({
      shards: Object.fromEntries(
        [1, 2, 3].map((shard) => [`shard-${shard}`, topology.database(`postgres-shard-${shard}`)]),
      ),
      directory: topology.database('postgres-directory'),
      events: topology.database('postgres-events'),
    });
    const site: Site = { gateways, databases, moves, machine, say };
    const { orders, ordersPerSecond } = options;
    const drills = drillsOf({
      site,
      topology,
      mover: new KillableMover(topology),
      orders,
      ordersPerSecond,
      killAt: MOVER_STEPS,
    });
    const results: DrillResult[] = [];
    for (const name of options.drills) {
      const run = options.bypassFence ? withStaleWriter : runDrill;
      const result = await run(site, drills[name]);
      say(formatResult(result));
      results.push(result);
    }
    return results;
  } finally {
    await databases?.close();
    await topology.down();
    if (options.keep) orphanGuard.keep(folder.path);
    else folder.remove();
  }
}
