import { type MoverStep } from '@groundwork/sharding';
import { type RunningTopology } from '@groundwork/topology';
import { type Site } from './drill.ts';
import { type KillableMover } from './killable-mover.ts';

/** A quarter of the slots, half of them from each of the two shards. */
export const QUARTER = '1536-2047,3584-4095';
export const NEW_SHARD = 'shard-3';

/** What a drill needs besides its site: who can be killed there, and how much is to be written. */
export interface Scene {
  readonly site: Site;
  readonly topology: RunningTopology;
  readonly mover: KillableMover;
  readonly orders: number;
  readonly ordersPerSecond: number;
  /** Kill the mover at these steps only. */
  readonly killAt: readonly MoverStep[];
}
