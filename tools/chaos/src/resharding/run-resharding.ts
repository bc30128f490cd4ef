import { MOVER_STEPS } from '@groundwork/sharding';
import { brokenOff, type BrokenOffDrill, formatBrokenOff } from './broken-off.ts';
import { type DrillResult, type Site } from './drill.ts';
import { type DrillName } from './drill-names.ts';
import { drillsOf } from './drills.ts';
import { formatResult } from './format-result.ts';
import { KillableMover } from './killable-mover.ts';
import { describeMachine, machineNow } from '../platform/machine.ts';
import { Moves } from './moves.ts';
import { withPlatform } from '../platform/with-platform.ts';
import { runDrill } from './run-drill.ts';
import { withStaleWriter } from './with-stale-writer.ts';

export type DrillOutcome = DrillResult | BrokenOffDrill;

export interface ReshardingOptions {
  readonly orders: number;
  readonly ordersPerSecond: number;
  readonly drills: readonly DrillName[];
  /** Keeps data and logs after the run. */
  readonly keep: boolean;
  /** Lets a writer bypass the fence: the drill must fail. */
  readonly bypassFence: boolean;
  say(line: string): void;
}

/** Starts a separate platform with a third shard, runs the drills on it, and stops it. */
export async function runResharding(options: ReshardingOptions): Promise<readonly DrillOutcome[]> {
  const { say } = options;
  const machine = machineNow();
  say(`${describeMachine(machine)}.`);
  say('Starting a platform on free ports …');
  return withPlatform(options, async (platform) => {
    const { topology, gateways } = platform;
    await topology.add(['shard-3']);
    const moves = new Moves(gateways, topology.environment('api-gateway')['OPERATOR_KEY'] ?? '');
    await moves.addShard('shard-3');
    say(`Ready: ${gateways.join(', ')}, with postgres-shard-3 added. Logs: ${platform.logs}`);
    const site: Site = { gateways, databases: platform.databases([1, 2, 3]), moves, machine, say };
    const { orders, ordersPerSecond } = options;
    const drills = drillsOf({
      site,
      topology,
      mover: new KillableMover(topology),
      orders,
      ordersPerSecond,
      killAt: MOVER_STEPS,
    });
    const results: DrillOutcome[] = [];
    for (const name of options.drills) {
      const run = options.bypassFence ? withStaleWriter : runDrill;
      const result = await run(site, drills[name]).catch((error: unknown) => brokenOff(drills[name], error));
      say('ledger' in result ? formatResult(result) : formatBrokenOff(result));
      results.push(result);
      if (result.faults.length > 0) platform.keepLogs();
      // Each drill prepares the state that the next one needs; a drill that failed leaves slots in the middle of a move.
      if (!('ledger' in result)) break;
    }
    return results;
  });
}
