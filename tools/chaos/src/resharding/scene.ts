import { type MoverStep } from '@groundwork/sharding';
import { type RunningTopology } from '@groundwork/topology';
import { type Site } from './drill.ts';
import { type KillableMover } from './killable-mover.ts';

/** A quarter of the slots, half of it from each of the two shards. */
export const QUARTER = '1536-2047,3584-4095';
export const NEW_SHARD = 'shard-3';

/** What a drill needs in addition to its site: the processes that it may kill, and the amount of orders. */
export interface Scene {
  readonly site: Site;
  readonly topology: RunningTopology;
  readonly mover: KillableMover;
  readonly orders: number;
  readonly ordersPerSecond: number;
  /** The steps at which the mover is killed. */
  readonly killAt: readonly MoverStep[];
}
